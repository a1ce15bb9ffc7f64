/* A picture (PNG, base64) with a palette of its most frequent colours, so that it weighs a third. */
async ({ png, colours }) => {
  const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);

  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) || 0) + 1);
  const kept = [...counts].sort((one, other) => other[1] - one[1]).slice(0, colours).map(([pixel]) => pixel);
  const parts = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  const palette = kept.map(parts);
  const nearest = new Map(kept.map((pixel, index) => [pixel, index]));
  const indexOf = (pixel) => {
    if (!nearest.has(pixel)) {
      const own = parts(pixel);
      const far = palette.map((each) => each.reduce((sum, value, at) => sum + (value - own[at]) ** 2, 0));
      nearest.set(pixel, far.indexOf(Math.min(...far)));
    }
    return nearest.get(pixel);
  };
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = indexOf(pixels[y * width + x]);

  const table = Array.from({ length: 256 }, (_, at) => {
    let value = at;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    return value;
  });
  const number = (value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  const chunk = (name, content) => {
    const body = [...new TextEncoder().encode(name), ...content];
    const crc = body.reduce((sum, byte) => table[(sum ^ byte) & 255] ^ (sum >>> 8), -1);
    return [...number(content.length), ...body, ...number((crc ^ -1) >>> 0)];
  };
  const deflated = new Response(new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate")));
  const bytes = [137, 80, 78, 71, 13, 10, 26, 10,
    ...chunk("IHDR", [...number(width), ...number(height), 8, 3, 0, 0, 0]),
    ...chunk("PLTE", palette.flat()),
    ...chunk("IDAT", [...new Uint8Array(await deflated.arrayBuffer())]),
    ...chunk("IEND", [])];
  return btoa(bytes.map((byte) => String.fromCharCode(byte)).join(""));
}
