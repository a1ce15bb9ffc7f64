/* The call of a visit. Media go from one browser to the other; the socket only lets them find each other. */
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const room = byId("room"), words = room.dataset, isDoctor = words.side === "doctor";
  const theirs = byId("theirs"), mine = byId("mine");
  const STILL_THERE = 20000, STAY = 240000, RETRIES = [500, 1000, 2000, 5000, 10000], MOST_RESTARTS = 3;
  const OVER = 4000, SIGNED_OUT = 4002, ELSEWHERE = 4003;
  const random = () => crypto.getRandomValues(new Uint32Array(2)).join("-");

  let stage = byId("stage").dataset.stage, socket = null, tries = 0, servers = [];
  let stream = null, chosen = "", me = random(), them = "", about = null, wrote = 0, read = 0;
  let peer = null, call = "", waiting = [], restarts = 0;

  byId("without").hidden = true;
  byId("media").hidden = false;
  byId("again").hidden = true;
  room.querySelectorAll("#media button").forEach((one) => { one.hidden = false; });

  /* ── Words ── */
  const tell = (text) => { if (byId("state").textContent !== text) byId("state").textContent = text; };
  const has = (kind) => Boolean(stream && stream.getTracks().some((track) => track.kind === kind && track.enabled));
  const lacks = (camera, sound) => [camera ? "" : words.noCamera, sound ? "" : words.noSound].filter(Boolean).join(", ");
  const caption = (name, more) => (more ? `${name}: ${more}` : name);

  function show() {
    byId("about-mine").textContent = caption(words.you, lacks(has("video"), has("audio")));
    byId("about-theirs").textContent = caption(words.name, about ? lacks(about.camera, about.sound) : words.absent);
    byId("screens").classList.toggle("preview", stage !== "admitted");
    byId("screens").hidden = stage !== "admitted" && !stream;
    byId("own").hidden = !stream;
    byId("controls").hidden = !chosen;
    byId("choices").hidden = Boolean(chosen);
    byId("mute").hidden = !stream;
    byId("dark").hidden = chosen !== "both";
    byId("mute").setAttribute("aria-pressed", String(!has("audio")));
    byId("dark").setAttribute("aria-pressed", String(!has("video")));
    if (stage !== "admitted") tell(words.waiting);
    else if (!peer) tell(about ? words.connecting : words.alone);
  }

  /* ── The page, looked at again ── */
  function put(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    for (const id of ["stage", "talk", "notes"]) {
      const there = page.getElementById(id);
      if (there && there.innerHTML !== byId(id).innerHTML) byId(id).replaceChildren(...there.childNodes);
      if (there && id === "stage") byId(id).dataset.stage = there.dataset.stage;
    }
    byId("talk").scrollTop = byId("talk").scrollHeight;
    return page;
  }
  async function again() {
    try {
      const answer = await fetch(location.pathname);
      if (answer.redirected) location.reload();
      else if (answer.ok) put(await answer.text());
    } catch { /* the connection may come back */ }
  }
  const send = (form) => fetch(form.action, { method: "POST", body: new FormData(form) });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-quiet], #say")) return;
    event.preventDefault();
    try {
      const answer = await send(form), page = put(await answer.text());
      const next = page.querySelector("#say [name=once]"), problem = page.getElementById("problem");
      if (form.id !== "say") return byId("stage").focus();
      if (problem) return form.submit();
      form.elements.text.value = "";
      form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
      if (next) form.elements.once.value = next.value;
      wrote += 1;
      here();
    } catch { tell(words.offline); }
  }, true);

  /* ── The socket ── */
  async function connect() {
    try {
      const token = new FormData(byId("say")).get("csrfmiddlewaretoken");
      const answer = await fetch(words.ticket, { method: "POST", body: new URLSearchParams({ csrfmiddlewaretoken: token }) });
      if (answer.redirected) return location.reload();
      if (!answer.ok) return answer.status === 409 ? again() : retry();
      const given = await answer.json();
      servers = given.servers;
      socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/visits/room/signal`);
      socket.onopen = () => socket.send(JSON.stringify({ ticket: given.ticket }));
      socket.onmessage = (event) => hear(JSON.parse(event.data));
      socket.onclose = (event) => closed(event.code);
    } catch { retry(); }
  }
  function retry() {
    tell(words.offline);
    setTimeout(connect, RETRIES[Math.min(tries, RETRIES.length - 1)]);
    tries += 1;
  }
  function closed(code) {
    socket = null;
    if (code === ELSEWHERE) { drop(); return tell(words.elsewhere); }
    if (code === SIGNED_OUT) return location.reload();
    if (code === OVER) {
      leave();
      stage = "over";
      room.hidden = true;
      return again();
    }
    retry();
  }
  function say(kind, data = {}) {
    if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ kind, data }));
  }
  const here = () => say("here", { tab: me, in: Boolean(chosen), camera: has("video"), sound: has("audio"), wrote });
  setInterval(here, STILL_THERE);

  async function hear({ kind, data }) {
    tries = 0;
    if (kind === "stage") return staged(data);
    if (kind === "bye") { drop(); about = null; them = ""; show(); return tell(words.left); }
    if (kind === "here") return met(data);
    if (kind === "offer" && !isDoctor) return answer(data);
    if (!peer || data.call !== call) return;
    if (kind === "answer") await described({ type: "answer", sdp: data.sdp });
    if (kind === "candidate") await candidate(data.candidate);
  }
  function staged(now) {
    if (now !== stage || byId("stage").dataset.stage !== now) again();
    stage = now;
    show();
    if (stage === "admitted") here();
  }
  function met(data) {
    about = data.in ? data : null;
    if (data.wrote !== read) { read = data.wrote; again(); }
    if (data.tab !== them) {
      them = data.tab;
      here();
      restarts = 0;
      if (isDoctor) offer();
      else drop();
    }
    show();
  }

  /* ── Between the browsers ── */
  function drop() {
    if (peer) { peer.onconnectionstatechange = peer.onicecandidate = null; peer.close(); }
    peer = null;
    waiting = [];
    theirs.srcObject = null;
  }
  function begin(name) {
    drop();
    call = name;
    const own = peer = new RTCPeerConnection({ iceServers: servers });
    own.onicecandidate = ({ candidate: found }) => found && say("candidate", { call, candidate: found.toJSON() });
    own.ontrack = ({ track }) => {
      if (!theirs.srcObject) theirs.srcObject = new MediaStream();
      theirs.srcObject.addTrack(track);
    };
    own.onconnectionstatechange = () => own === peer && changed(own.connectionState);
    tell(words.connecting);
  }
  function changed(state) {
    if (state === "connected") { restarts = 0; tell(words.connected); }
    if (state === "disconnected") tell(words.weak);
    if (state !== "failed") return;
    restarts += 1;
    if (isDoctor && restarts <= MOST_RESTARTS) offer();
    else tell(words.failed);
  }
  const track = (kind) => (stream ? stream.getTracks().find((one) => one.kind === kind) : null) || null;
  const way = (kind) => (track(kind) ? "sendrecv" : "recvonly");

  async function offer() {
    if (stage !== "admitted" || !about || !chosen) return;
    begin(random());
    for (const kind of ["audio", "video"]) peer.addTransceiver(track(kind) || kind, { direction: way(kind) });
    const own = peer;
    await own.setLocalDescription();
    if (own === peer) say("offer", { call, sdp: own.localDescription.sdp });
  }
  async function answer(data) {
    if (!chosen) return;
    begin(data.call);
    const own = peer;
    await described({ type: "offer", sdp: data.sdp });
    for (const one of own.getTransceivers()) {
      const kind = one.receiver.track.kind;
      one.direction = way(kind);
      await one.sender.replaceTrack(track(kind));
    }
    await own.setLocalDescription();
    if (own === peer) say("answer", { call, sdp: own.localDescription.sdp });
  }
  async function described(description) {
    const own = peer;
    await own.setRemoteDescription(description);
    for (const one of waiting.splice(0)) await own.addIceCandidate(one);
  }
  async function candidate(found) {
    if (peer.remoteDescription) await peer.addIceCandidate(found);
    else waiting.push(found);
  }

  /* ── One's own camera and microphone: asked for on click alone ── */
  async function choose(what) {
    byId("refused").hidden = true;
    const before = stream;
    try {
      stream = what === "none" ? null : await navigator.mediaDevices.getUserMedia({ audio: true, video: what === "both" });
    } catch {
      byId("refused").hidden = false;
      return;
    }
    if (before) before.getTracks().forEach((one) => one.stop());
    chosen = what;
    mine.srcObject = stream;
    fresh();
  }
  function fresh() {
    drop();
    me = random();
    show();
    here();
    if (isDoctor) offer();
  }
  function leave() {
    drop();
    if (stream) stream.getTracks().forEach((one) => one.stop());
    stream = null;
    chosen = "";
    mine.srcObject = null;
    show();
  }
  const turn = (kind) => {
    const one = track(kind);
    if (one) one.enabled = !one.enabled;
    show();
    here();
  };
  document.querySelectorAll("[data-choose]").forEach((one) => one.addEventListener("click", () => choose(one.dataset.choose)));
  byId("mute").addEventListener("click", () => turn("audio"));
  byId("dark").addEventListener("click", () => turn("video"));
  byId("hang").addEventListener("click", () => { say("bye"); leave(); me = random(); tell(words.hung); });
  addEventListener("pagehide", () => say("bye"));

  /* Who is in a call is there: nobody is signed out in the middle of it. */
  setInterval(async () => {
    const stay = document.querySelector("#signs-out form"), meta = document.querySelector("meta[name=signs-out]");
    if (!stay || !peer || peer.connectionState !== "connected" || !(await send(stay)).ok) return;
    const until = String(Date.now() + (meta.content - meta.dataset.now));
    dispatchEvent(new StorageEvent("storage", { key: "signs-out", newValue: until }));
  }, STAY);

  show();
  byId("talk").scrollTop = byId("talk").scrollHeight;
  if (stage !== "early" && stage !== "over") connect();
})();
