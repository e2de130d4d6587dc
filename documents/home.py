"""Where the state of a gateway lies: one folder, named here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The paths below KIDGATE_HOME. Making the folders is the only thing it does to the disk."""

    root: Path

    def make(self) -> Home:
        """Create the folders; keys, journal and policy are for the owner alone."""
        for path in (self.root, self.ca, self.feeds, self.spool, self.run):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self

    @property
    def database(self) -> Path:
        return self.root / "kidgate.db"

    @property
    def snapshot(self) -> Path:
        """The compiled policy, read whole by each worker."""
        return self.root / "snapshot.json"

    @property
    def index(self) -> Path:
        """The category index."""
        return self.root / "index.kgx"

    @property
    def feeds(self) -> Path:
        """One `NAME.names` per imported list."""
        return self.root / "feeds"

    @property
    def images(self) -> Path:
        """Lists of hashes of pictures, and the owner's model."""
        return self.root / "images"

    @property
    def phrases(self) -> Path:
        """One `NAME.json` per imported list of phrases."""
        return self.root / "phrases"

    @property
    def ca(self) -> Path:
        return self.root / "ca"

    @property
    def wireguard(self) -> Path:
        """The private key of the WireGuard servers."""
        return self.root / "wireguard"

    @property
    def words(self) -> Path:
        """Every phrase list and what is said in chats, compiled for the workers."""
        return self.root / "words.json"

    @property
    def personal_key(self) -> Path:
        """The key of what is kept of children's own data; see `personal_key.py`."""
        return self.root / "personal.key"

    @property
    def link_key(self) -> Path:
        """The key of links that answer requests; see `link_key.py`."""
        return self.root / "link.key"

    @property
    def backup_mark(self) -> Path:
        """Empty; its time is that of the last backup."""
        return self.root / "backup_at"

    @property
    def spool(self) -> Path:
        """Journal entries that the keeper could not take yet."""
        return self.root / "spool"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def socket(self) -> Path:
        return self.run / "keeper.sock"

    @property
    def lock(self) -> Path:
        """Held by whoever writes the database."""
        return self.run / "writer.lock"

    @property
    def sessions(self) -> Path:
        """Who has signed in on a shared device, and who may."""
        return self.run / "sessions.json"

    @property
    def pinned(self) -> Path:
        """Which apps accept no certificate but their own."""
        return self.root / "pinned.json"

    @property
    def first_seen(self) -> Path:
        """Since when the house knows sites that resemble a brand."""
        return self.root / "first_seen.json"

    @property
    def minutes(self) -> Path:
        """The minutes that each child has used today, for the workers."""
        return self.run / "minutes.json"

    def usage(self, slot: int) -> Path:
        """What a worker could not tell the keeper of the time used."""
        return self.run / f"usage-{slot}.json"

    @property
    def gateway(self) -> Path:
        """The kernel's settings from before `kidgate gateway install`."""
        return self.root / "gateway.json"

    def coverage(self, slot: int) -> Path:
        """How much of each device's traffic a worker saw."""
        return self.run / f"coverage-{slot}.json"

    @property
    def health(self) -> Path:
        """What the supervisor last saw of each process."""
        return self.run / "health.json"
