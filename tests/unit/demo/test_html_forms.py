"""A page's forms are read as a browser reads them."""

import pytest

from deploy.demo.html_forms import NoSuchForm, read_page

PAGE = """
<html><head><style>h1 { color: red }</style><script>var h1 = "<h1>no</h1>"</script></head><body>
<form method="get" action="/find"><input name="q"></form>
<h1>Space at <em>The Long Table</em></h1><p>Two   words</p>
<form method="post" action="/full"><input type="hidden" name="form_token" value="t1">
  <button type="submit" name="tap" value="full">Full</button></form>
<form method="post">
  <input type="hidden" name="form_token" value="t2"><input name="free" value="3"><input name="old" disabled>
  <input type="radio" name="mood" value="1"><input type="radio" name="mood" value="2" checked>
  <input type="checkbox" name="agree" value="yes">
  <select name="area"><option value="">Choose</option><option value="E09000030">Tower Hamlets</option></select>
  <textarea name="note"></textarea>
  <button name="tap" value="open">Open</button><button name="tap" value="limited">Limited</button>
</form></body></html>
"""


def test_heading_and_words_are_what_a_person_sees() -> None:
    page = read_page("http://here/", 200, PAGE)

    assert page.heading == "Space at The Long Table"
    assert "Two words" in page.text
    assert "color" not in page.text
    assert "var h1" not in page.text


def test_a_form_is_sent_with_its_hidden_fields_what_was_typed_and_the_button() -> None:
    form = read_page("http://here/", 200, PAGE).form_with(button="open")

    assert form.filled("open", free="7", area="E09000030", agree="yes") == {
        "form_token": "t2",
        "free": "7",
        "mood": "2",
        "area": "E09000030",
        "agree": "yes",
        "note": "",
        "tap": "open",
    }


def test_a_box_that_is_not_ticked_is_not_sent() -> None:
    assert "agree" not in read_page("http://here/", 200, PAGE).form_with(field="free").filled()


def test_forms_are_told_apart_by_their_buttons() -> None:
    page = read_page("http://here/", 200, PAGE)

    assert page.form_with(button="full").action == "/full"
    assert page.form_with(button="limited").filled("limited")["tap"] == "limited"


@pytest.mark.parametrize("wanted", [{"button": "paused"}, {"field": "q"}, {"field": "old"}])
def test_what_the_page_does_not_have_cannot_be_used(wanted: dict[str, str]) -> None:
    with pytest.raises(NoSuchForm):
        read_page("http://here/", 200, PAGE).form_with(**wanted)


def test_a_field_that_the_form_lacks_cannot_be_filled() -> None:
    form = read_page("http://here/", 200, PAGE).form_with(button="full")

    with pytest.raises(NoSuchForm, match="free"):
        form.filled("full", free="3")
    with pytest.raises(NoSuchForm, match="open"):
        form.filled("open")
