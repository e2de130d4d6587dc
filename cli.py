"""The program `kidgate`: its commands in the order of its help, each family a file of console/."""

from __future__ import annotations

import sys
import traceback

import click

from kidgate.console import (
    alerts,
    audit,
    authority,
    backups,
    catalogue,
    channels,
    checking,
    devices,
    doctor,
    exceptions,
    feed_score,
    feed_sources,
    feed_updating,
    feeds,
    gateway,
    grants,
    groups,
    images,
    images_model,
    importing,
    inbox,
    journal,
    lessons,
    minutes,
    moving,
    pauses,
    personal,
    phrases,
    pinned,
    policy_tests,
    profiles,
    reports,
    requests,
    rules,
    scan,
    service_import,
    services,
    setup,
    shell,
    signing,
    status,
    terms,
    tiers,
    trust,
    up,
    user_tokens,
    users,
    versions,
    wireguard,
)
from kidgate.console.app import App
from kidgate.console.command import Root
from kidgate.console.errors import UNREACHABLE
from kidgate.console.policy import policy

COMMANDS = (
    up.up,
    setup.setup,
    status.status,
    doctor.doctor,
    profiles.profile,
    devices.device,
    groups.group,
    users.user,
    rules.allow,
    rules.block,
    pauses.pause,
    pauses.resume,
    grants.grant,
    requests.request,
    minutes.time,
    lessons.lesson,
    exceptions.exception,
    rules.rule,
    trust.trust,
    tiers.tier,
    terms.term,
    terms.holiday,
    catalogue.category,
    services.service,
    checking.check,
    scan.scan,
    feeds.feed,
    phrases.phrases,
    moving.move,
    policy,
    journal.log,
    reports.report,
    alerts.alert,
    channels.channel,
    audit.audit,
    pinned.pinned,
    images.images,
    gateway.gateway,
    authority.ca,
    backups.backup,
    backups.restore,
    shell.completion,
    shell.version,
)
users.user.add_command(user_tokens.token)
feeds.feed.add_command(importing.import_)
feeds.feed.add_command(feed_sources.add)
feeds.feed.add_command(feed_sources.change)
feeds.feed.add_command(feed_sources.catalogue)
feeds.feed.add_command(feed_updating.update)
feeds.feed.add_command(feed_score.score)
images.images.add_command(images_model.model)
services.service.add_command(service_import.import_)
profiles.profile.add_command(signing.pin)
profiles.profile.add_command(personal.personal)
devices.device.add_command(inbox.inbox)
devices.device.add_command(inbox.assign)
devices.device.add_command(inbox.forget)
devices.device.add_command(signing.sign_out)
devices.device.add_command(wireguard.wireguard)
policy.add_command(versions.history)
policy.add_command(versions.diff)
policy.add_command(versions.rollback)
policy.add_command(policy_tests.test)


class InOrder(Root):
    """Help in the order above, which is the order in which people need things."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=InOrder, context_settings={"max_content_width": 100})
@click.version_option(package_name="kidgate", message="%(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Kidgate: a child-safe browsing gateway.

    Exit status: 0 ok, 1 the answer is no or blocked, 2 usage, 3 something needed cannot be reached.
    """
    context.ensure_object(App)


for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """The console script. A mistake of the program shows its traceback and ends with status 3."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        cli.main(prog_name="kidgate")
    except Exception:
        traceback.print_exc()
        sys.exit(UNREACHABLE)
