"""The main job by itself: `make demo`.

Starts a gateway and a web site of our own on loopback, imports lists, browses as three children of
three tiers, and shows each verdict with its reason and list line; then the journal as a parent sees
it, a rule changed, and the next request obeying. Names from lists are never resolved: the gateway's
resolver has all of them fixed to the local site.
"""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import yaml
from rich.console import Console
from rich.table import Table

from demo.site import Site, free_port

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "shared" / "data"
REAL = {
    "gambling": DATA / "domains/hostsvn/gambling-domain.txt.gz",
    "phishing": DATA / "security/malware-filter/vn-badsite-filter-domains.txt.gz",
    "social": DATA / "domains/sinfonietta/social-hosts.gz",
}
OWN = {
    "gambling": HERE / "lists/gambling.txt",
    "phishing": HERE / "lists/phishing.txt",
    "social": HERE / "lists/social.hosts",
}
CHILDREN = {"bi": ("Bi", "6-8"), "mai": ("Mai", "9-12"), "nam": ("Nam", "16-17")}
SCHOOL = "bai-tap.example"
out = Console(highlight=False, width=None if sys.stdout.isatty() else 150)


@dataclass
class Demo:
    home: Path
    port: int
    site: Site
    passwords: dict[str, str] = field(default_factory=dict)

    def kidgate(self, *words: str, may_block: bool = False) -> str:
        """Run the CLI as a person would."""
        command = [sys.executable, "-m", "kidgate", "--home", str(self.home), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode and not (may_block and done.returncode == 1):
            sys.exit(f"kidgate {' '.join(words)}: status {done.returncode}\n{done.stderr}")
        return done.stdout

    def show(self, *words: str) -> None:
        out.print(f"\n[bold]$ kidgate {' '.join(words)}[/bold]")
        print(self.kidgate(*words).rstrip())

    def explain(self, url: str, child: str) -> dict[str, Any]:
        """The CLI's verdict for a visit."""
        answer = self.kidgate("check", url, "--as", child, "--json", may_block=True)
        found: dict[str, Any] = json.loads(answer)
        return found

    def browse(self, url: str, child: str) -> tuple[int, str]:
        """The proxy's answer for the same visit: status and reason, through a real connection."""
        proxy = httpx.Proxy(
            f"http://127.0.0.1:{self.port}", auth=(f"{child}-tablet", self.passwords[child])
        )
        trusted = ssl.create_default_context(cafile=str(self.home / "ca/kidgate-ca.pem"))
        with httpx.Client(proxy=proxy, verify=trusted, timeout=15) as client:
            answer = client.get(url)
        return answer.status_code, answer.headers.get("kidgate-reason", "")


def main() -> None:
    # The same hour whenever it is shown: by night every tier of a child would be asleep.
    os.environ["KIDGATE_CLOCK"] = f"{datetime.now(UTC).date()}T10:00+07:00"
    with tempfile.TemporaryDirectory(prefix="kidgate-demo-") as folder, Site() as site:
        demo = Demo(Path(folder), free_port(), site)
        names = prepare(demo)
        with running(demo):
            visits(demo, names)
            journal(demo)
            change(demo, names["social"])
    out.print("\n[green]The demo ends here; nothing of it stays.[/green]")


def prepare(demo: Demo) -> dict[str, str]:
    """Set up the house; for each category a name that its list holds."""
    out.rule("A house with three children")
    demo.kidgate("setup", "--zone", "Asia/Ho_Chi_Minh", "--language", "vi")
    for key, (name, tier) in CHILDREN.items():
        demo.kidgate("profile", "add", key, "--name", name, "--tier", f"{tier}")
        demo.kidgate("device", "add", f"{key}-tablet", "--of", key)
        login = json.loads(demo.kidgate("device", "login", f"{key}-tablet", "--json"))
        demo.passwords[key] = login["password"]
        out.print(f"  {name}: tier {tier}, a tablet that logs in to the proxy")
    demo.kidgate("policy", "set", "ports", f"80,443,{demo.site.http},{demo.site.https}")
    demo.kidgate("policy", "set", "private_allowed", "127.0.0.1/32")
    demo.kidgate("allow", SCHOOL, "--for", "everyone", "--reason", "homework")
    lists = REAL if all(path.exists() for path in REAL.values()) else OWN
    out.print(f"  lists: {'real ones' if lists is REAL else 'small ones of our own'}")
    names = {category: imported(demo, category, path) for category, path in lists.items()}
    config = {
        "listen": [f"127.0.0.1:{demo.port}"],
        "dashboard": {"listen": []},
        "resolver": {"hosts": dict.fromkeys([SCHOOL, *names.values()], "127.0.0.1")},
        "upstream": {"extra_ca": str(demo.site.root(demo.home, [SCHOOL]))},
    }
    (demo.home / "config.yaml").write_text(yaml.safe_dump(config))
    return names


def imported(demo: Demo, category: str, path: Path) -> str:
    text = demo.kidgate(
        "feed", "import", str(path), "--category", category, "--name", category, "--json"
    )
    report = json.loads(text)
    out.print(
        f"  {category:9} {report['lines']:>7,} lines: {report['accepted']:,} accepted, "
        f"{report['duplicate']:,} duplicate, {sum(report['skipped'].values()):,} skipped"
    )
    names = demo.kidgate("feed", "names", category).split()
    return next(n for n in names if n.count(".") == 1 and not n[0].isdigit())


@contextmanager
def running(demo: Demo) -> Iterator[None]:
    gateway = subprocess.Popen(
        [sys.executable, "-m", "kidgate", "--home", str(demo.home), "up"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert gateway.stdout is not None
    try:
        line = gateway.stdout.readline().strip()
        if not line.startswith("ready"):
            sys.exit("the gateway did not come up")
        out.print(f"  the gateway says: {line}")
        yield
    finally:
        gateway.terminate()
        gateway.wait(20)


def visits(demo: Demo, names: dict[str, str]) -> None:
    out.rule("They browse")
    table = Table("child", "tier", "visit", "through the proxy", "verdict", "reason", "because of")
    urls = [f"https://{SCHOOL}:{demo.site.https}/"]
    urls += [f"http://{name}:{demo.site.http}/" for name in names.values()]
    for child, (name, tier) in CHILDREN.items():
        for url in urls:
            said, (status, reason) = demo.explain(url, child), demo.browse(url, child)
            if (said["verdict"] == "allow") != (status == 200):
                sys.exit(
                    f"CLI and proxy disagree about {url} for {child}: {said} {status} {reason}"
                )
            because = said["source"]
            seen = f"{status} {reason}"
            table.add_row(name, tier, url, seen, said["verdict"], said["reason"], because)
    out.print(table)
    out.print(f"  the site saw {len(demo.site.seen)} requests, none of a blocked visit")


def journal(demo: Demo) -> None:
    out.rule("What the parent reads")
    demo.show("log")
    demo.show("report")


def change(demo: Demo, social: str) -> None:
    out.rule("The parent changes a rule, and the next request obeys")
    url = f"http://{social}:{demo.site.http}/"
    out.print(f"  before: {demo.browse(url, 'mai')}")
    demo.show("allow", social, "--for", "mai", "--reason", "the class meets there")
    for _ in range(40):
        status, reason = demo.browse(url, "mai")
        if status == 200:
            break
    out.print(f"  after: {status} {reason}")
    if status != 200:
        sys.exit("the change was not obeyed")


if __name__ == "__main__":
    main()
