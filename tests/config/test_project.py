"""dac.toml: found upwards, read strictly, and every mistake in it named with its line."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from project_files import DAC_TOML, project_problems, write

from dac.config.loading import load_project
from dac.config.project import default_console
from dac.config.settings import TokenSource
from dac.errors import DacError

NO_LENGTH = "is no length of time: write a number and s, m, h or d, such as 12h or 7d; 0d is none"
HEAD = '[project]\nname = "p"\nid = "0b8f6f0e-5f0c-4d3c-9f43-0a4e2e9b3c11"\n'
ONLY_EMULATORS = HEAD + '[console.local]\nurl = "emulator:l.db"\n[console.other]\nurl = "emulator:o.db"\n'
NONE = "no console is named"
NO_LOCAL = HEAD + '[console.lab]\nurl = "emulator:l.db"\n'


def test_a_project_is_found_from_any_folder_within(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": ""})
    project = load_project(tmp_path / "stacks" / "a")
    assert project.root == tmp_path.resolve()
    assert project.id == UUID("0b8f6f0e-5f0c-4d3c-9f43-0a4e2e9b3c11")
    assert project.timezone.key == "Europe/Zurich"
    assert list(project.consoles) == ["local", "dev", "prod"]


def test_paths_are_relative_to_dac_toml_or_absolute(tmp_path: Path) -> None:
    text = (
        HEAD
        + """
[console.local]
url = "emulator:state/emulator/local.db"
[console.lab]
url = "emulator:/var/lib/lab.db"
[console.prod]
url = "https://qradar.example.com/"
token = { file = "secrets/token" }
ca_file = "certs/ca.pem"
[state]
path = "elsewhere"
"""
    )
    write(tmp_path, {"dac.toml": text})
    project = load_project(tmp_path)
    root = tmp_path.resolve()
    assert project.consoles["local"].emulator == root / "state/emulator/local.db"
    assert project.consoles["lab"].emulator == Path("/var/lib/lab.db")
    prod = project.consoles["prod"]
    assert (prod.url, prod.emulator) == ("https://qradar.example.com", None)
    assert prod.token == TokenSource(file=root / "secrets/token")
    assert prod.ca_file == root / "certs/ca.pem"
    assert project.state.path == root / "elsewhere"


def test_a_token_command_is_split_into_words_or_given_as_a_list(tmp_path: Path) -> None:
    text = (
        HEAD
        + """
[console.a]
url = "https://a.example.com"
token = { command = "pass show 'qradar prod'" }
[console.b]
url = "https://b.example.com"
token = { command = ["pass", "show b"] }
"""
    )
    write(tmp_path, {"dac.toml": text})
    consoles = load_project(tmp_path).consoles
    assert consoles["a"].token == TokenSource(command=("pass", "show", "qradar prod"))
    assert consoles["b"].token == TokenSource(command=("pass", "show b"))


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    write(tmp_path, {"dac.toml": HEAD})
    project = load_project(tmp_path)
    assert project.timezone.key == "UTC"
    assert (project.state.backend, project.state.path) == ("local", tmp_path.resolve() / "state")
    assert project.consoles == {}


def test_no_dac_toml_names_dac_init(tmp_path: Path) -> None:
    with pytest.raises(DacError) as caught:
        load_project(tmp_path)
    assert caught.value.summary == f"there is no dac.toml in {tmp_path.resolve()} or in any folder above it"
    assert "`dac init`" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[project\n", "dac.toml:1: this is not valid TOML: expected ']' at the end of a table declaration"),
        ("", "dac.toml:1: project is missing"),
        ('[project]\nname = "p"\n', "dac.toml:1: project.id is missing: every uuid is derived from it"),
        (
            '[project]\nname = "p"\nid = "1234"\n',
            'dac.toml:3: project.id is "1234", which is not a uuid',
        ),
        (
            HEAD.replace('"p"', '"my soc"'),
            'dac.toml:2: project.name: "my soc" is no name: a letter, then letters, digits, _ and -',
        ),
        (
            HEAD + 'timezone = "Europe/Zuerich"\n',
            'dac.toml:4: project.timezone is "Europe/Zuerich", which is not a known time zone',
        ),
        (
            HEAD + 'timezone = "../../etc/passwd"\n',
            'dac.toml:4: project.timezone is "../../etc/passwd", which is not a known time zone',
        ),
        (HEAD + 'colour = "red"\n', 'dac.toml:4: unknown key "colour" in project'),
        (HEAD + "[colours]\nx = 1\n", 'dac.toml:4: unknown key "colours"'),
        (HEAD + "[console.prod]\n", "dac.toml:4: console.prod.url is missing"),
        (HEAD + '[console.prod]\nurl = "https://x.y"\n', "dac.toml:4: console prod has no token"),
        (
            HEAD + '[console.prod]\nurl = "qradar.example.com"\ntoken = { env = "T" }\n',
            "dac.toml:5: console.prod.url: a console's URL starts with https:// and a host, or with emulator:",
        ),
        (
            HEAD + '[console.prod]\nurl = "http://qradar.example.com"\ntoken = { env = "T" }\n',
            "dac.toml:5: console.prod.url: plain http:// would show the token to the network: use https://",
        ),
        (
            HEAD + '[console.prod]\nurl = "https://admin:hunter2@x.y"\ntoken = { env = "T" }\n',
            "dac.toml:5: console.prod.url: a URL must not carry a user or a password: put the token under `token`",
        ),
        (
            HEAD + '[console.prod]\nurl = "https://x.y/api/"\ntoken = { env = "T" }\n',
            "dac.toml:5: console.prod.url: write the URL of the console itself, without /api or /console",
        ),
        (
            HEAD + '[console.prod]\nurl = "https://x.y:port"\ntoken = { env = "T" }\n',
            "dac.toml:5: console.prod.url: the port is not a number from 1 to 65535",
        ),
        (
            HEAD + '[console.x]\nurl = "emulator:"\n',
            (
                "dac.toml:5: console.x.url: emulator: needs the path of its database, "
                "such as emulator:state/emulator/local.db"
            ),
        ),
        (
            HEAD + '[console.prod]\nurl = "https://x.y"\ntoken = { env = "A", file = "b" }\n',
            "dac.toml:6: a token comes from exactly one of env, file and command, and none of them may be empty",
        ),
        (
            HEAD + '[console.prod]\nurl = "https://x.y"\ntoken = { env = "" }\n',
            "dac.toml:6: a token comes from exactly one of env, file and command, and none of them may be empty",
        ),
        (
            HEAD + '[console.prod]\nurl = "https://x.y"\ntoken = { command = "pass \'x" }\n',
            "dac.toml:6: command cannot be split into words: No closing quotation",
        ),
        (
            HEAD + '[console.prod]\nurl = "https://x.y"\ntoken = { env = "A" }\ntls_verify = false\nca_file = "c"\n',
            "dac.toml:7: ca_file has no effect while tls_verify = false",
        ),
        (
            HEAD + '[console."my prod"]\nurl = "emulator:x"\n',
            'dac.toml:4: "my prod" is no console name: a letter, then letters, digits, _ and -',
        ),
        (
            HEAD + '[console.a]\nurl = "emulator:x"\npromote_from = "b"\n',
            'dac.toml:6: promote_from names "b", which is no console',
        ),
        (
            HEAD + '[console.a]\nurl = "emulator:x"\npromote_from = "a"\n',
            "dac.toml:6: promotion runs in a circle: a <- a",
        ),
        (
            HEAD + '[console.a]\nurl = "emulator:x"\n[console.b]\nurl = "emulator:x"\npromote_from = "a"\n',
            "dac.toml:7: console b has the url of a, which it is promoted from: nothing would leave a",
        ),
        (
            HEAD + '[console.a]\nurl = "emulator:x"\nsoak = "3d"\n',
            "dac.toml:6: soak has no effect without promote_from: it is counted since the apply on that console",
        ),
        (
            HEAD + '[console.a]\nurl = "emulator:x"\nsoak = "2w"\n',
            f"dac.toml:6: console.a.soak: '2w' {NO_LENGTH}",
        ),
        (
            HEAD + '[console.a]\nurl = "emulator:x"\ndelete_after = "two weeks"\n',
            f"dac.toml:6: console.a.delete_after: 'two weeks' {NO_LENGTH}",
        ),
        (
            HEAD + '[console.a]\nurl = "emulator:x"\ndelete_after = 14\n',
            "dac.toml:6: console.a.delete_after is 14, a length of time such as 12h or 7d is wanted",
        ),
        (
            HEAD + '[console.a]\nurl = "emulator:x"\nmin_status = "stabel"\n',
            'dac.toml:6: console.a.min_status is "stabel", experimental/test/stable is wanted',
        ),
        (HEAD + '[state]\nbackend = "s3"\n', 'dac.toml:5: state.backend is "s3", local/http is wanted'),
    ],
)
def test_a_mistake_has_its_line(tmp_path: Path, text: str, expected: str) -> None:
    assert project_problems(tmp_path, text) == [expected]


def test_a_literal_token_is_refused_and_never_shown(tmp_path: Path) -> None:
    text = HEAD + '[console.prod]\nurl = "https://x.y"\ntoken = "11111111-2222"\n'
    assert project_problems(tmp_path, text) == [
        "dac.toml:6: the token of console prod is written into dac.toml, where everybody can read it"
    ]


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    text = '[project]\nname = 3\nid = "x"\n[console.a]\nurl = "ftp://x"\nfoo = 1\n'
    assert [problem.split(":")[1] for problem in project_problems(tmp_path, text)] == ["2", "5", "6"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8413", "127.9.9.9", "[::1]:80"])
def test_plain_http_is_fine_on_loopback(tmp_path: Path, host: str) -> None:
    assert project_problems(tmp_path, HEAD + f'[console.a]\nurl = "http://{host}"\ntoken = {{ env = "T" }}\n') == []


@pytest.mark.parametrize("host", ["127.0.0.1.example.com", "localhost.example.com", "10.0.0.1", "[::]"])
def test_plain_http_is_refused_where_it_only_looks_like_loopback(tmp_path: Path, host: str) -> None:
    problems = project_problems(tmp_path, HEAD + f'[console.a]\nurl = "http://{host}"\ntoken = {{ env = "T" }}\n')
    assert len(problems) == 1


# --- which console


@pytest.mark.parametrize(
    ("text", "requested", "env", "writes", "expected"),
    [
        (DAC_TOML, "prod", {}, True, "prod"),
        (DAC_TOML, "prod", {"DAC_CONSOLE": "dev"}, False, "prod"),
        (DAC_TOML, None, {"DAC_CONSOLE": "dev"}, False, "dev"),
        (ONLY_EMULATORS, None, {}, True, "local"),
        (ONLY_EMULATORS, None, {}, False, "local"),
        (ONLY_EMULATORS, None, {"DAC_CONSOLE": "other"}, False, "other"),
        (ONLY_EMULATORS, None, {"DAC_CONSOLE": "local"}, True, "local"),
    ],
)
def test_the_console_a_command_works_on(
    tmp_path: Path, text: str, requested: str | None, env: dict[str, str], writes: bool, expected: str
) -> None:
    write(tmp_path, {"dac.toml": text})
    assert default_console(load_project(tmp_path), requested, env, writes=writes).name == expected


@pytest.mark.parametrize(
    ("text", "requested", "env", "writes", "summary", "hint"),
    [
        (DAC_TOML, None, {}, True, NONE, "local, dev, prod"),
        (DAC_TOML, None, {}, False, NONE, "local, dev, prod"),
        (DAC_TOML, None, {"DAC_CONSOLE": "dev"}, True, NONE, "local, dev, prod"),
        (ONLY_EMULATORS, None, {"DAC_CONSOLE": "other"}, True, NONE, "local, other"),
        (NO_LOCAL, None, {}, True, NONE, "lab"),
        (HEAD, None, {}, True, NONE, "none yet: add [console.NAME] with its url"),
        (
            DAC_TOML,
            "prd",
            {},
            True,
            '--console names "prd", which is not a console of dac.toml',
            'did you mean "prod"?',
        ),
        (
            DAC_TOML,
            None,
            {"DAC_CONSOLE": "x"},
            False,
            'DAC_CONSOLE names "x", which is not a console of dac.toml',
            "known: dev, local, prod",
        ),
    ],
)
def test_no_console_is_guessed(
    tmp_path: Path, text: str, requested: str | None, env: dict[str, str], writes: bool, summary: str, hint: str
) -> None:
    write(tmp_path, {"dac.toml": text})
    with pytest.raises(DacError) as caught:
        default_console(load_project(tmp_path), requested, env, writes=writes)
    assert caught.value.summary == summary
    assert caught.value.hint.removeprefix("add --console NAME; consoles in dac.toml: ") == hint


def test_why_the_only_console_is_not_taken_unasked_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"dac.toml": NO_LOCAL})
    with pytest.raises(DacError) as caught:
        default_console(load_project(tmp_path), None, {}, writes=False)
    assert "Only one called local is taken unasked" in caught.value.detail
