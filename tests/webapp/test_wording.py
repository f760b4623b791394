"""The words of the pages: values are escaped, sentences are not."""

import pytest

from webapp.wording import say, say_how_many


def test_a_sentence_is_said_as_the_template_has_it():
    assert f"{say('Rooms & breakfast, 100 %%')}" == "Rooms & breakfast, 100 %"


def test_a_value_is_escaped():
    assert say("Hello %(name)s", name="<b>Asha</b>") == "Hello &lt;b&gt;Asha&lt;/b&gt;"


@pytest.mark.parametrize(("count", "said"), [(0, "0 nights"), (1, "1 night"), (2, "2 nights")])
def test_one_is_not_many(count, said):
    assert say_how_many("%(num)d night", "%(num)d nights", count) == said
