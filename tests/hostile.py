"""Text that would do harm in a log, a commit message, an annotation or a page."""

from hypothesis import strategies as st

HOSTILE = (
    "::error::x",
    " ::set-output name=a::b",
    ":::error::x",
    "::::",
    "##[set-output name=a]b",
    "###[ERROR]x",
    "two\nlines\r::warning::x",
    "\u2028::add-mask::a",
    "\u202egnp.exe\u2066",
    "\x1b[31mred\x1b]0;title\x07",
    "a" * 5_000,
    "@everyone",
    "Fixes #1, GH-2 and https://github.com/o/r/issues/3",
    "Co-authored-by: A <a@b.c>",
    "Signed-off-by: A <a@b.c>",
    "[skip ci]",
    "-----",
    "`` ` ``",
    "<script>alert(1)</script>",
    "\ud800 half a character",
    "%0A::error::x",
    "a:b,c=d",
    "",
)
texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(),
    st.text(alphabet=":#[] \n\re\u2028%,=@G-"),
    st.lists(st.sampled_from(HOSTILE)).map("".join),
)
