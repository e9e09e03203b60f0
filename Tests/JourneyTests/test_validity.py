"""The validity check itself: silent about a good page, and not about a bad one."""
import pytest

from validity import problems

GOOD = """<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>حاجة</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/assets/a.css"></head>
<body><header><a href="#main">Skip</a><nav aria-label="Main"><ul><li><a href="/needs" aria-current="page">Needs</a></li></ul></nav></header>
<main id="main"><h1>Needs</h1><p>Some <bdi>words</bdi>.<br>More.</p>%s
<form method="post" action="/needs"><fieldset><legend><h2>Where?</h2></legend><p id="hint">Country</p><label for="c">Country</label>
<select id="c" name="c" aria-describedby="hint"><option value="CL" selected>Chile</option></select></fieldset><button>Send</button></form>
<svg viewBox="0 0 1 1" role="img"><title>A sign</title><path d="M0 0h1v1z"/></svg></main></body></html>"""


def test_a_good_page_has_no_problems():
    assert problems(GOOD % "") == []


@pytest.mark.parametrize("bad", [
    "<p>one<div>two</div></p>", "<ul><p>no item</p></ul>", "<center>old</center>", "<p align=left>old</p>", '<p id="main">twice</p>',
    '<label for="nowhere">x</label>', "<img src=a.png>", "<b><i>crossed</b></i>", '<a href="/x"><button>y</button></a>', "<input value=1 value=2>",
    "<h1>a second one</h1>", "<span><section>x</section></span>", '<input type="number" placeholdr="x">', "<div/>", "<p>not closed</strong></p>", "&nosuch;",
])
def test_a_bad_page_has_some(bad):
    assert problems(GOOD % bad) != []
