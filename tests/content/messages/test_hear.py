"""What bodies and messages of chat services say. Shapes are those the services send; words ours."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kidgate.content.messages.hear import (
    ANY_ASSISTANT,
    ANY_PEOPLE,
    MAX_BODY,
    Services,
    hear,
    hear_message,
    is_readable,
)
from kidgate.content.messages.said import MACHINE, ME, Heard, Said
from kidgate.documents.chats import load_chats

FAST = settings(max_examples=150, deadline=None, database=None)
SERVICES = Services(load_chats().services)
JSON, SSE, FORM = "application/json", "text/event-stream", "application/x-www-form-urlencoded"


def texts(heard: Heard) -> list[tuple[str, str]]:
    return [(said.who, said.text) for said in heard.said]


def asked(host: str, path: str, body: Any, kind: str = JSON) -> list[tuple[str, str]]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return texts(hear(data, kind, SERVICES.at(host, path), outgoing=True))


def answered(host: str, path: str, body: bytes, kind: str = SSE) -> str:
    found = hear(body, kind, SERVICES.at(host, path), outgoing=False)
    assert {said.who for said in found.said} <= {MACHINE, ME}
    return "".join(said.text for said in found.said if said.who == MACHINE)


def events(*data: Any) -> bytes:
    return b"".join(b"data: " + json.dumps(one).encode() + b"\n\n" for one in data)


PROMPT = "kể chuyện con mèo"
PROMPTS = {
    "chatgpt": (
        "chatgpt.com",
        "/backend-api/conversation",
        {
            "action": "next",
            "messages": [
                {
                    "id": "0d2b8a1e-5f0e-4c55-8c7e-d3b1c0a4a111",
                    "author": {"role": "user"},
                    "content": {"content_type": "text", "parts": [PROMPT]},
                }
            ],
            "model": "auto",
        },
    ),
    "openai api": (
        "api.openai.com",
        "/v1/chat/completions",
        {
            "model": "m",
            "messages": [
                {"role": "system", "content": "you are a helpful assistant"},
                {"role": "user", "content": PROMPT},
            ],
        },
    ),
    "claude": ("claude.ai", "/api/organizations/1/chat_conversations/2/completion",
               {"prompt": PROMPT, "timezone": "Asia/Ho_Chi_Minh"}),
    "gemini api": ("generativelanguage.googleapis.com", "/v1beta/models/m:generateContent",
                   {"contents": [{"role": "user", "parts": [{"text": PROMPT}]}]}),
    "copilot": ("copilot.microsoft.com", "/c/api/chat",
                {"event": "send", "content": [{"type": "text", "text": PROMPT}]}),
    "deepseek": ("chat.deepseek.com", "/api/v0/chat/completion",
                 {"chat_session_id": "s", "prompt": PROMPT, "ref_file_ids": []}),
    "grok": ("grok.com", "/rest/app-chat/conversations/new",
             {"message": PROMPT, "modelName": "grok"}),
    "perplexity": ("www.perplexity.ai", "/rest/sse/perplexity_ask",
                   {"query_str": PROMPT, "params": {"language": "vi-VN"}}),
    "mistral": ("chat.mistral.ai", "/api/chat",
                {"chatId": "c", "messageInput": [{"type": "text", "text": PROMPT}]}),
    "kimi": ("kimi.com", "/api/chat/1/completion/stream",
             {"messages": [{"role": "user", "content": PROMPT}]}),
    "character.ai": ("neo.character.ai", "/ws/",
                     {"command": "create_and_generate_turn",
                      "payload": {"turn": {"author": {"author_id": "9", "is_human": True},
                                           "candidates": [{"raw_content": PROMPT}]}}}),
    "replika": ("my.replika.com", "/v17",
                {"event_name": "message",
                 "payload": {"content": {"type": "text", "text": PROMPT},
                             "meta": {"nature": "Customer"}}}),
    "poe": ("poe.com", "/api/gql_POST",
            {"queryName": "sendMessageMutation", "variables": {"bot": "x", "query": PROMPT}}),
    "hugging chat": ("huggingface.co", "/chat/conversation/1", {"inputs": PROMPT}),
    "duck.ai": ("duckduckgo.com", "/duckchat/v1/chat",
                {"model": "m", "messages": [{"role": "user", "content": PROMPT}]}),
    "an unknown one": ("tro-ly.example", "/hoi", {"cau": 1, "prompt": PROMPT}),
}  # fmt: skip


@pytest.mark.parametrize(("host", "path", "body"), PROMPTS.values(), ids=PROMPTS)
def test_the_prompt_is_heard_and_nothing_else(host: str, path: str, body: Any) -> None:
    assert asked(host, path, body) == [(ME, PROMPT)]


def test_a_prompt_is_heard_in_a_form() -> None:
    inner = json.dumps([None, json.dumps([[PROMPT, 0, None], ["vi"], ["c_1", "r_1"]])])
    body = ("f.req=" + quote(inner) + "&at=AB%3A1").encode()
    path = "/_/BardChatUi/data/assistant.lamda.BardFrontendService/StreamGenerate"
    assert asked("gemini.google.com", path, body, FORM) == [(ME, PROMPT)]
    variables = json.dumps({"message": {"sensitive_string_value": PROMPT}, "entrypoint": "X"})
    body = f"doc_id=1&variables={quote(variables)}".encode()
    assert asked("www.meta.ai", "/api/graphql/", body, FORM) == [(ME, PROMPT)]
    assert asked("chat.example", "/send", b"msg=xin+ch%C3%A0o&token_id=77", FORM) == [
        (ME, "xin chào")
    ]


def test_a_prompt_is_heard_in_the_fields_of_a_multipart_form() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="message"\r\n\r\nxin ch\xc3\xa0o em\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\ntext of a file\r\n"
        b'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\n17\r\n--x--\r\n'
    )
    assert asked("chat.example", "/", body, "multipart/form-data; boundary=x") == [
        (ME, "xin chào em")
    ]


ANSWER = "Ngày xưa có một con mèo."
PIECES = ["Ngày xưa ", "có một ", "con mèo."]
ANSWERS = {
    "openai api": ("api.openai.com", "/v1/chat/completions",
                   events(*({"choices": [{"index": 0, "delta": {"content": p}}]} for p in PIECES))
                   + b"data: [DONE]\n\n"),
    "chatgpt": ("chatgpt.com", "/backend-api/f/conversation",
                events({"p": "", "o": "add", "v": {"message": {"author": {"role": "assistant"},
                        "content": {"content_type": "text", "parts": [""]}}}},
                       {"p": "/message/content/parts/0", "o": "append", "v": PIECES[0]},
                       {"v": PIECES[1]}, {"v": PIECES[2]},
                       {"p": "/message/status", "o": "replace", "v": "finished_successfully"})),
    "claude": ("claude.ai", "/api/organizations/1/chat_conversations/2/completion",
               b"event: content_block_delta\r\n".join([b"", *(
                   events({"type": "content_block_delta", "delta": {"type": "t", "text": p}})
                   for p in PIECES)])),
    "gemini api": ("generativelanguage.googleapis.com", "/v1beta/models/m:streamGenerateContent",
                   events(*({"candidates": [{"content": {"parts": [{"text": p}], "role": "model"}}]}
                            for p in PIECES))),
    "deepseek": ("chat.deepseek.com", "/api/v0/chat/completion",
                 events({"p": "response/fragments/0/content", "o": "APPEND", "v": PIECES[0]},
                        {"v": PIECES[1]}, {"v": PIECES[2]},
                        {"p": "response/status", "v": "FINISHED"})),
    "grok": ("grok.com", "/rest/app-chat/conversations/new",
             b"".join(json.dumps({"result": {"response": {"token": p, "x": 0}}}).encode()
                      + b"\n" for p in PIECES)),
    "vercel": ("tro-ly.example", "/api/chat",
               b"".join(b"0:" + json.dumps(p).encode() + b"\n" for p in PIECES)),
}  # fmt: skip


@pytest.mark.parametrize(("host", "path", "body"), ANSWERS.values(), ids=ANSWERS)
def test_the_pieces_of_an_answer_are_heard(host: str, path: str, body: bytes) -> None:
    row = SERVICES.at(host, path, ["ai_chat"])
    found = hear(body, SSE, row, outgoing=False)
    assert "".join(said.text for said in found.said) == ANSWER
    assert all(said.joins and said.who == MACHINE for said in found.said)


def test_an_answer_of_arrays_within_strings_is_heard() -> None:
    inner = json.dumps([None, ["c_1", "r_1"], None, None, [["rc_1", [ANSWER]]]])
    line = json.dumps([["wrb.fr", None, inner]])
    body = f')]}}\'\n\n{len(line)}\n{line}\n25\n[["e",4,null,null,9]]\n'.encode()
    assert answered("gemini.google.com", "/x/StreamGenerate", body, JSON) == ANSWER


def test_a_whole_answer_is_heard_however_it_is_laid_out() -> None:
    body = {"choices": [{"message": {"role": "assistant", "content": ANSWER}}]}
    for indent in (None, 2):
        data = json.dumps(body, indent=indent).encode()
        assert answered("api.openai.com", "/v1/chat/completions", data, JSON) == ANSWER


CHATS = {
    "plain json": ('{"type":"message","text":"chào em","from":"nam"}', [("nam", "chào em")]),
    "socket.io": ('42["chat message",{"msg":"chào em","user":{"name":"nam"}}]',
                  [("nam", "chào em")]),
    "socket.io text": ('42/phong,7["new message","chào em"]', [("", "chào em")]),
    "socket.io 0.9": ('5:::{"name":"message","args":[{"text":"chào em"}]}', [("", "chào em")]),
    "sockjs": ('a["{\\"body\\":\\"chào em\\"}"]', [("", "chào em")]),
    "signalr": ('{"type":1,"target":"R","arguments":[{"message":"chào em"}]}\x1e{"type":6}\x1e',
                [("", "chào em")]),
    "stomp": ('MESSAGE\ndestination:/topic/1\n\n{"content":"chào em","sender":"nam"}\0',
              [("nam", "chào em")]),
    "stomp other": ("CONNECTED\nversion:1.2\n\n\0", []),
    "xmpp": ("<message from='nam'><body>chào &amp; em</body></message>", [("", "chào & em")]),
    "irc": (":nam!nam@x PRIVMSG #phong :chào em", [("nam", "chào em")]),
    "phoenix": ('["1","2","room:1","new_msg",{"body":"chào em"}]', [("", "chào em")]),
    "graphql": ('{"type":"next","payload":{"data":{"messageAdded":{"text":"chào em","author":'
                '{"id":5}}}}}', [("5", "chào em")]),
    "discord": ('{"t":"MESSAGE_CREATE","s":3,"op":0,"d":{"content":"chào em","channel_id":"77",'
                '"author":{"id":"9","username":"nam"}}}', [("9", "chào em")]),
    "plain words": ("chào em nhé", [("", "chào em nhé")]),
    "heartbeat": ("2", []),
    "ids alone": ('{"token":123,"message":"3f2504e04f8911d39a0c0305e82c3301aaaabbbbccccddddee"}',
                  []),
}  # fmt: skip


@pytest.mark.parametrize(("message", "expected"), CHATS.values(), ids=CHATS)
def test_a_websocket_message_is_heard_out_of_its_wrapping(
    message: str, expected: list[tuple[str, str]]
) -> None:
    assert texts(hear_message(message, ANY_PEOPLE, outgoing=False)) == expected
    assert texts(hear_message(message.encode(), None, outgoing=False)) == expected


def test_what_goes_out_is_the_childs_whatever_it_calls_itself() -> None:
    found = hear_message('{"text":"chào","from":"nam"}', ANY_PEOPLE, outgoing=True)
    assert texts(found) == [(ME, "chào")]


def test_rooms_are_told_apart() -> None:
    found = hear_message('{"room_id":"7","text":"chào em"}', ANY_PEOPLE, outgoing=False)
    assert found.said == (Said("chào em", "", "7"),)


def test_pieces_over_a_websocket_are_joined_for_a_machine_alone() -> None:
    row = SERVICES.at("copilot.microsoft.com", "/c/api/chat")
    piece = '{"event":"appendText","messageId":"m","text":"Ngày "}'
    assert hear_message(piece, row, outgoing=False).said == (
        Said("Ngày ", MACHINE, "", joins=True),
    )
    assert not hear_message(piece, ANY_PEOPLE, outgoing=False).said[0].joins


def test_a_service_is_found_by_host_path_and_category() -> None:
    at = SERVICES.at
    assert at("chatgpt.com", "/backend-api/conversation").key == "chatgpt"  # type: ignore[union-attr]
    assert at("cdn.chatgpt.com", "/asset.js") is None
    assert at("neo.character.ai", "/ws/").key == "character_ai"  # type: ignore[union-attr]
    assert at("duckduckgo.com", "/?q=a") is None
    assert at("ban-moi.example", "/", ["ai_companion"]) is ANY_ASSISTANT
    assert at("phong.example", "/", ["anonymous_chat"]) is ANY_PEOPLE
    assert at("bao.example", "/", ["news"]) is None


def test_changed_words_of_a_service_fall_back_to_the_usual_names() -> None:
    body = {"userTurn": {"content": PROMPT}}
    assert asked("claude.ai", "/api/new", body) == [(ME, PROMPT)]


def test_what_cannot_be_read_is_told() -> None:
    assert hear(b"x" * (MAX_BODY + 1), JSON, None, outgoing=True).unread.startswith("larger")
    assert hear(b'{"text": "a', JSON, None, outgoing=True).unread == "not JSON"
    assert hear_message(b"\xff\xfe\x00", None, outgoing=True).unread == "binary"
    deep = b'{"text":' * 100_000
    assert hear(deep, JSON, None, outgoing=True).unread == "not JSON"
    assert hear(b"[" * 200_000 + b"]" * 200_000, JSON, None, outgoing=True).said == ()


def test_types_of_talk_are_read() -> None:
    assert is_readable("application/json; charset=utf-8")
    assert is_readable("text/event-stream")
    assert not is_readable("image/png")
    assert not is_readable("text/html")


@FAST
@given(body=st.binary(max_size=300), kind=st.sampled_from([JSON, SSE, FORM, "multipart/form-data"]))
@example(body=b'{"text": 1e999, "a": [NaN]}', kind=JSON)
@example(body=b"data: \n\ndata:{\ndata:}\n\n", kind=SSE)
@example(body=b'{"id": ' + b"9" * 5000 + b', "text": "a b"}', kind=JSON)
@example(body=b'{"author": {"role": {"a": []}}, "text": "\\ud800"}', kind=JSON)
def test_hear_never_raises_when_given_any_body(body: bytes, kind: str) -> None:
    for row in (None, ANY_ASSISTANT, SERVICES.at("chatgpt.com", "/backend-api/x")):
        for outgoing in (True, False):
            hear(body, kind, row, outgoing=outgoing)
            hear_message(body, row, outgoing=outgoing)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "author", "role", "v", "p", "delta", "room", "is_human"]),
            inner,
        )
    ),
    max_leaves=12,
)


@FAST
@given(value=JSONS)
def test_hear_never_raises_when_given_any_json(value: Any) -> None:
    body = json.dumps(value).encode()
    for row in (None, SERVICES.at("chatgpt.com", "/backend-api/x"), SERVICES.at("poe.com", "/")):
        found = hear(body, JSON, row, outgoing=False)
        assert found.unread in ("", "not JSON")
        assert hear_message(body, row, outgoing=True).unread == ""
