"""What the Dockerfile installs: prints the packages of one stage, or checks them; see script/check-deploy.

image.py packages            every package that any stage installs, one a line
image.py libraries PROGRAM   fails where the last stage has no package for a library that PROGRAM needs
"""

import pathlib
import re
import subprocess
import sys

from dockerfile_parse import DockerfileParser

path = pathlib.Path(__file__).resolve().parents[1] / "docker/Dockerfile"
instructions = DockerfileParser(path=str(path)).structure
stages, name = [], re.compile(r"^[a-z0-9][a-z0-9+.-]+$")
for instruction in instructions:
    value = instruction["value"]
    if instruction["instruction"] == "FROM":
        stages.append({"image": value.split()[0], "packages": [], "user": None})
    if instruction["instruction"] == "USER":
        stages[-1]["user"] = value
    for words in re.findall(r"apt-get install((?: +\S+)+?) *(?:&&|$)", value):
        stages[-1]["packages"] += [word for word in words.split() if name.match(word)]


def needed(program, seen):
    """Libraries that a program needs, those of Swift's own followed on: they are linked in, what they need is not."""
    found = set()
    text = subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True).stdout
    places = dict(re.findall(r"^\s*(\S+) => (/\S+)", subprocess.run(
        ["ldd", program], capture_output=True, text=True, check=True).stdout, re.M))
    for library in re.findall(r"\(NEEDED\).*\[(.+)\]", text):
        place = places.get(library)
        if not place or library in seen:
            continue
        seen.add(library)
        # Debian's libraries lie in /lib; the toolchain's do not.
        found |= {place} if place.startswith(("/lib/", "/usr/lib/x86", "/usr/lib/aarch")) else needed(place, seen)
    return found


def package_of(library):
    for spelling in (library, library.removeprefix("/usr"), str(pathlib.Path(library).resolve())):
        found = subprocess.run(["dpkg-query", "--search", spelling], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    return library


if sys.argv[1] == "packages":
    print("\n".join(sorted({package for stage in stages for package in stage["packages"]})))
else:
    last = stages[-1]
    findings = [] if last["user"] and last["user"].split(":")[0] not in ("root", "0") else ["the last stage is root's"]
    wanted = {package_of(library) for library in needed(sys.argv[2], set())} - {"libc6"}
    findings += [f"{package} is needed by the program and not installed" for package in sorted(wanted - set(last["packages"]))]
    print("\n".join(findings) if findings else f"{', '.join(sorted(wanted))} are in the image")
    sys.exit(1 if findings else 0)
