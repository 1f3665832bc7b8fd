"""Small files that a power cut leaves whole: as they were, or as they are to be.

A file is written beside the old one and then renamed. littlefs makes a rename one step
(its DESIGN.md, "The move problem"), and a file is on flash when it is closed.
"""

NEW = ".new"  # end of the name of a file that is being written
MOST = 16384  # bytes that are read of a small file


class Files:
    """Files below one folder; ``os`` is the module, ``open`` the function."""

    def __init__(self, os, folder="", open=open):  # noqa: A002
        """``folder`` has no slash at its end; "" is the root of the board."""
        self._os = os
        self._folder = folder
        self.open = open

    def path(self, name):
        """Full path of a file."""
        return self._folder + "/" + name

    def read(self, name, most=MOST):
        """Content of a file; None when it is not there, is larger, or cannot be read."""
        try:
            with self.open(self.path(name), "rb") as file:
                content = file.read(most + 1)
        except OSError:
            return None
        return content if len(content) <= most else None

    def exists(self, name):
        """Tell whether a file is there."""
        try:
            self._os.stat(self.path(name))
        except OSError:
            return False
        return True

    def write(self, name, content):
        """Write a file as a whole; raises OSError, after which the old one is still there."""
        self.make_folders(name)
        with self.open(self.path(name + NEW), "wb") as file:
            file.write(content)
        self.rename(name + NEW, name)

    def rename(self, old, new):
        """Give a file another name, in the place of one that has it; raises OSError."""
        self._os.rename(self.path(old), self.path(new))

    def remove(self, name):
        """Remove a file that may be there."""
        try:
            self._os.remove(self.path(name))
        except OSError:
            pass

    def make_folders(self, name):
        """Make the folders in which a file is to lie."""
        parts = name.split("/")[:-1]
        for count in range(len(parts)):
            try:
                self._os.mkdir(self.path("/".join(parts[: count + 1])))
            except OSError:
                pass  # it is there; if it cannot be made, the file cannot either

    def names(self, folder):
        """Names of all files below a folder, with their folders; sorted."""
        found, waiting = [], [folder]
        while waiting:
            here = waiting.pop()
            for name in self._list(here):
                inside = here + "/" + name
                if self._os.stat(self.path(inside))[0] & 0x4000:  # of a folder, as POSIX has it
                    waiting.append(inside)
                else:
                    found.append(inside)
        return sorted(found)

    def free(self):
        """Bytes that are free."""
        facts = self._os.statvfs(self._folder or "/")
        return facts[0] * facts[3]

    def _list(self, folder):
        try:
            return self._os.listdir(self.path(folder))
        except OSError:
            return []
