"""Makes JSON from strangers safe to write to a file. Pure."""

import json
import re

_SURROGATE = re.compile("[\ud800-\udfff]")


def without_surrogates(data: object) -> object:
    """The same JSON, with U+FFFD in place of half surrogate pairs, which no file can contain.

    Raises:
        RecursionError: the JSON is nested too deeply.
    """
    return json.loads(_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", json.dumps(data, ensure_ascii=False)))
