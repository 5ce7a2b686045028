import json

from spotify_simulator.messages import Answer, api_error, json_answer, token_error


def test_the_web_api_nests_its_errors_and_the_token_endpoint_does_not() -> None:
    assert json.loads(api_error(404, "Resource not found").body) == {
        "error": {"status": 404, "message": "Resource not found"}
    }
    assert json.loads(api_error(429, "Too many requests", reason="R").body)["error"]["reason"] == "R"
    refused = token_error("invalid_client")
    assert (refused.status, json.loads(refused.body)) == (400, {"error": "invalid_client"})


def test_half_a_surrogate_pair_is_sent_as_it_is() -> None:
    assert json_answer("\ud83d").body == b'"\xed\xa0\xbd"'


def test_the_declared_length_counts_what_never_comes() -> None:
    assert Answer(200, b"abc", missing=2).wire_headers() == {"content-length": "5"}
