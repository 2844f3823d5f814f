#!/usr/bin/env python3
"""Prints the licence texts of the libraries that the program is linked with, each text once.

Standard input is what `cargo metadata` prints, with the libraries' sources unpacked where it says. Libraries that only
tests or builds need are left out. Those that bring no text are named with their licence and their authors.
"""

import json
import pathlib
import sys

NAMES = ("license", "licence", "copying", "notice", "unlicense", "copyright")


def linked(metadata):
    """The packages that are linked into the program: reached over normal dependencies, without macros."""
    packages = {p["id"]: p for p in metadata["packages"]}
    nodes = {n["id"]: n for n in metadata["resolve"]["nodes"]}
    found, todo = set(), [metadata["resolve"]["root"]]
    while todo:
        here = todo.pop()
        if here in found:
            continue
        found.add(here)
        for dep in nodes[here]["deps"]:
            if any(kind["kind"] is None for kind in dep["dep_kinds"]):
                todo.append(dep["pkg"])
    found.discard(metadata["resolve"]["root"])
    libraries = [packages[i] for i in found if not is_macro(packages[i])]
    return sorted(libraries, key=lambda p: (p["name"], p["version"]))


def is_macro(package):
    return any("proc-macro" in target["kind"] for target in package["targets"])


def texts(package):
    folder = pathlib.Path(package["manifest_path"]).parent
    # One level down as well: a C library lies in a folder of its own, with its own licence.
    below = [f for f in sorted(folder.iterdir()) + sorted(folder.glob("*/*")) if f.is_file()]
    files = [f for f in below if f.name.lower().startswith(NAMES)]
    return [f.read_text(errors="replace").strip() for f in files if f.suffix not in (".rs", ".toml", ".py")]


def main():
    packages = linked(json.load(sys.stdin))
    users, silent = {}, []
    for package in packages:
        name = f"{package['name']} {package['version']}"
        found = texts(package)
        if not found:
            silent.append((name, package["license"], ", ".join(package["authors"]) or package["repository"]))
        for text in found:
            # Line breaks differ where nothing else does.
            users.setdefault(" ".join(text.split()), (text, []))[1].append(name)
    print(f"eventodb-admin is linked with {len(packages)} libraries. Their licences and notices follow, each text once.")
    print("A library of several licences is used under one of those that deny.toml in the source allows.\n")
    if silent:
        print("These bring no text of their own:\n")
        for name, licence, who in silent:
            print(f"  {name}: {licence}, by {who}")
        print()
    for text, names in sorted(users.values(), key=lambda item: item[1]):
        print("=" * 100, *names, "-" * 100, text, "", sep="\n")


main()
