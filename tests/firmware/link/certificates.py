"""A certificate authority for a test, made with openssl: certificates of any dates and names."""

import subprocess

CONFIGURATION = """
[ca]
default_ca = ours
[ours]
database = {folder}/index.txt
new_certs_dir = {folder}
serial = {folder}/serial
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
"""


class Authority:
    """Signs certificates; ``ca`` is the file that a node trusts."""

    def __init__(self, folder, name):
        self.folder = folder / name
        self.folder.mkdir()
        (self.folder / "index.txt").touch()
        (self.folder / "serial").write_text("01")
        (self.folder / "ca.cnf").write_text(CONFIGURATION.format(folder=self.folder))
        self.key, self.ca = self.folder / "ca.key", self.folder / "ca.crt"
        make_key(self.key)
        self._openssl(
            "req", "-new", "-x509", "-key", self.key, "-out", self.ca, "-subj", f"/CN={name}",
            "-days", "3650",
        )  # fmt: skip

    def sign(self, host, begin, end):
        """(certificate, key) for a host, valid between two dates as YYYYMMDDHHMMSSZ."""
        key, request = self.folder / f"{host}.key", self.folder / f"{host}.csr"
        certificate, names = self.folder / f"{host}.crt", self.folder / f"{host}.ext"
        make_key(key)
        names.write_text(f"subjectAltName=DNS:{host}\n")
        self._openssl("req", "-new", "-key", key, "-out", request, "-subj", f"/CN={host}")
        self._openssl(
            "ca", "-batch", "-notext", "-config", self.folder / "ca.cnf", "-cert", self.ca,
            "-keyfile", self.key, "-in", request, "-out", certificate, "-extfile", names,
            "-startdate", begin, "-enddate", end,
        )  # fmt: skip
        return certificate, key

    def _openssl(self, *words):
        run(*words)


def make_key(file):
    """ECDSA P-256, as recommended for nodes: RSA takes the chip several times as long."""
    run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file)


def run(*words):
    done = subprocess.run(
        ["openssl", *map(str, words)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
