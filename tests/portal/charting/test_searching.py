"""Words in one's own chart: found, marked, and kept out of addresses."""


def test_words_are_found_and_marked(as_ada, story):
    as_ada.get(story.chart + "add/problem/").fill(problem="Müdigkeit <b>after</b> lunch").send()
    as_ada.get(story.chart).follow("Search").fill(words="mudigkeit AFTER").send()
    assert as_ada.path == story.chart + "search/"
    assert as_ada.response.request.url.query == b""
    assert "<mark>Müdigkeit</mark> &lt;b&gt;<mark>after</mark>&lt;/b&gt; lunch" in as_ada.page.html
    assert "Müdigkeit" in as_ada.get(story.chart + "search/").page.html, "the way back shows it again"
    as_ada.fill(words="xylophone").send()
    assert "Nothing found" in as_ada.page.text
    as_ada.fill(words="--").send()
    assert as_ada.page.errors == ["Enter a word, like penicillin"]


def test_kind_and_days_narrow_it_and_pages_go_on(as_ada, story):
    for number in range(22):
        as_ada.post(story.chart + "add/problem/", problem=f"Cough number {number}", day_day="", once=f"cough-{number}")
    as_ada.get(story.chart + "search/").fill(words="cough", kind="problems").send()
    assert as_ada.page.html.count("<mark>Cough</mark>") >= 20
    older = as_ada.page.links["Older"]
    as_ada.get(story.chart + "search/" + older)
    assert "Cough" in as_ada.page.text
    as_ada.get(story.chart + "search/").fill(words="cough", until="2001-01-01").send()
    assert "Nothing found" in as_ada.page.text


def test_others_find_what_they_may_see(as_ben, browse, story):
    as_ben.get(story.chart + "search/").fill(words="cough").send()
    assert "<mark>Cough</mark>" in as_ben.page.html
    for person in (story.zoe, story.charlie):
        found = browse().enter(person)
        assert found.get(story.chart + "search/").status == 404
        found.post(story.chart + "search/", words="cough")
        assert found.status == 404
