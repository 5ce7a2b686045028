"""JSON of others, made such that a file can hold it. Pure."""

import json
import re

_SURROGATE = re.compile("[\ud800-\udfff]")


def without_surrogates(data: object) -> object:
    """The same JSON with half surrogate pairs, which no file can hold, replaced by U+FFFD.

    Raises:
        RecursionError: it is nested too deeply.
    """
    return json.loads(_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", json.dumps(data, ensure_ascii=False)))
