"""The proxy auto-configuration file: everything of the Internet goes through this gateway.

There is no policy in it: what may be seen is decided here, not on a device that can be told to look
away. There is no way past it either (`DIRECT` as a second choice): with the gateway down, browsers
wait. Syntax: Netscape's `FindProxyForURL`, in the JavaScript of 1996 that every engine still runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

TYPE = "application/x-ns-proxy-autoconfig"
# Names that only the house's own network knows; none is looked up for this.
LOCAL_ENDINGS = (".local", ".localhost", ".lan", ".internal", ".home.arpa")
_TEXT = """\
function FindProxyForURL(url, host) {
  var own = %(own)s, local = %(local)s, i;
  host = host.toLowerCase().replace(/\\.$/, "");
  for (i = 0; i < own.length; i++) if (host === own[i]) return "PROXY %(proxy)s";
  if (isPlainHostName(host) && host.indexOf(":") < 0) return "DIRECT";
  for (i = 0; i < local.length; i++)
    if (host.slice(-local[i].length) === local[i]) return "DIRECT";
  if (/^(127|10)(\\.\\d{1,3}){3}$/.test(host)) return "DIRECT";
  if (/^(192\\.168|169\\.254|172\\.(1[6-9]|2\\d|3[01]))(\\.\\d{1,3}){2}$/.test(host))
    return "DIRECT";
  if (/^\\[?(::1$|::1\\]|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/.test(host)) return "DIRECT";
  return "PROXY %(proxy)s";
}
"""


def pac_text(proxy: str, own_names: Iterable[str]) -> str:
    """`proxy` is an address and a port, canonical (IPv6 in brackets).

    The gateway's own names go through the proxy too: it needs no name server to find itself.
    """
    return _TEXT % {
        "proxy": proxy,
        "own": json.dumps(sorted(own_names)),
        "local": json.dumps(LOCAL_ENDINGS),
    }
