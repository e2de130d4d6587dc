"""The running gateway. The only code that turns a mitmproxy flow into a Visit and a Decision
into an answer."""
