"""A realm of MIT Kerberos for one test run: one key centre, a server's keytab, people's tickets."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

REALM = "TRUST.EXAMPLE"
_SECONDS = 30


class Realm:
    """A key centre on a free port of 127.0.0.1; `environ` is what its clients need."""

    def __init__(self, folder: Path, *, server: str) -> None:
        self.folder = folder
        port = _free_port()
        self.environ = {
            "KRB5_CONFIG": str(folder / "krb5.conf"),
            "KRB5_KDC_PROFILE": str(folder / "kdc.conf"),
            "KRB5CCNAME": f"FILE:{folder / 'nobody'}",
        }
        (folder / "krb5.conf").write_text(
            f"[libdefaults]\ndefault_realm = {REALM}\ndns_lookup_kdc = false\n"
            "dns_lookup_realm = false\ndns_canonicalize_hostname = false\nrdns = false\n"
            f"[realms]\n{REALM} = {{\n kdc = 127.0.0.1:{port}\n}}\n"
            f"[domain_realm]\n{server} = {REALM}\n"
            f"[logging]\nkdc = FILE:{folder / 'kdc.log'}\n",
            encoding="utf-8",
        )
        (folder / "kdc.conf").write_text(
            f"[kdcdefaults]\nkdc_listen = 127.0.0.1:{port}\nkdc_tcp_listen = 127.0.0.1:{port}\n"
            f"[realms]\n{REALM} = {{\n database_name = {folder / 'principals'}\n"
            f" key_stash_file = {folder / 'stash'}\n acl_file = {folder / 'acl'}\n}}\n",
            encoding="utf-8",
        )
        self._run("kdb5_util", "create", "-s", "-r", REALM, "-P", "the master of the tests")
        self.keytab = folder / "server.keytab"
        service = f"postgres/{server}"
        self._admin(f"addprinc -randkey {service}", f"ktadd -k {self.keytab} {service}")
        self._centre = subprocess.Popen(
            ["krb5kdc", "-n"], env=self._environ(), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while True:  # it listens when it is ready
            assert self._centre.poll() is None, "the key centre ended"
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return

    def ticket(self, principal: str) -> str:
        """Sign a new person in to their computer; return what `KRB5CCNAME` names then."""
        cache = f"FILE:{self.folder / principal}.cc"
        keys = self.folder / f"{principal}.keytab"
        self._admin(f"addprinc -randkey {principal}", f"ktadd -k {keys} {principal}")
        self._run("kinit", "-c", cache, "-k", "-t", str(keys), principal)
        return cache

    def close(self) -> None:
        """End the key centre."""
        self._centre.terminate()
        self._centre.wait(_SECONDS)

    def _admin(self, *orders: str) -> None:
        self._run("kadmin.local", "-r", REALM, stdin="\n".join(orders) + "\n")

    def _run(self, program: str, *words: str, stdin: str = "") -> None:
        done = subprocess.run(
            [program, *words], env=self._environ(), input=stdin, capture_output=True, text=True,
            timeout=_SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (program, done.stdout, done.stderr)

    def _environ(self) -> dict[str, str]:
        return {"PATH": f"{os.defpath}:/usr/sbin:/sbin", "LC_ALL": "C", **self.environ}


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
