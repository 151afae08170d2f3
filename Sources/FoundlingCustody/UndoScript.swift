internal import FoundlingCore

extension ReceiptHeader {
    /// The head of the undo script.
    ///
    /// It goes down from the store's root one directory at a time and looks at where it is after each: whoever may
    /// write in the store could have put a link there that leads out. What it says holds printable characters only.
    func undo(_ quarantine: String) -> String {
        """
        #!/bin/sh
        # Puts back what Foundling's run \(run) moved aside.
        #
        # With Foundling:     foundling restore \(run) --manifest \(Self.comment(manifest))
        # Without Foundling:  sh \(Self.comment("\(quarantine)/\(run)/undo.sh"))
        # Each `put` below moves one entry back with plain mv and never replaces anything; run as the same user.
        unset CDPATH
        LC_ALL=C
        export LC_ALL
        cd -P -- "$(dirname -- "$0")" || exit 1
        here=$PWD
        cd -P -- \(Self.way(to: root, from: quarantine)) && root=$PWD ||
            { printf 'the store is not there\\n' >&2; exit 1; }
        # A purge that is at work would go on removing what comes back.
        if command -v flock >/dev/null && [ -f "$here/../purge.lock" ]; then
            exec 9<"$here/../purge.lock"
            flock -n 9 || { printf 'a purge is at work here: stop it first\\n' >&2; exit 1; }
        fi
        left=0
        back=0
        there=.
        trap 'printf "%s put back\\n" "$back"; exit $left' EXIT

        """ + Self.functions
    }

    /// What the lines of the items call.
    private static let functions = #"""
        say() { # NUMBER WORDS PATH
            printf '%s %s %s\n' "$1" "$2" "$(printf %s "$3" | tr -c '[:print:]' '?')" >&2
            left=1
        }
        on_mount() { command -v mountpoint >/dev/null && mountpoint -q -- "$1"; }
        go() { # DIRECTORY: there from the root, through no link and onto no other mount, where mv would copy
            [ "$1" != "$there" ] || return 0
            there=.
            cd -P -- "$root" && [ "$PWD" = "$root" ] || return 1
            rest=$1/
            way=${root%/}
            while [ -n "$rest" ] && [ "$rest" != / ]; do
                step=${rest%%/*}
                rest=${rest#*/}
                way=$way/$step
                [ -e "./$step" ] || [ -L "./$step" ] || mkdir -- "./$step" || return 1
                if [ -L "./$step" ] || on_mount "./$step"; then return 1; fi
                cd -P -- "./$step" 2>/dev/null && [ "$PWD" = "$way" ] || return 1
            done
            there=$1
        }
        put() { # NUMBER DIRECTORY NAME
            name=$1
            if [ ! -e "$here/$name" ] && [ ! -L "$here/$name" ]; then
                name=purging-$1
                if [ ! -e "$here/$name" ] && [ ! -L "$here/$name" ]; then return; fi
                say "$1" 'was being removed for good, and what is left of it goes back:' "${2:+$2/}$3"
            fi
            if ! go "$2"; then
                say "$name" 'stays here: a link, a mount or a file lies where its directory was,' "$2"
                return
            fi
            if [ -e "./$3" ] || [ -L "./$3" ]; then
                say "$name" 'stays here: something lies at' "${2:+$2/}$3"
                return
            fi
            if mv -nT -- "$here/$name" "./$3"; then back=$((back + 1)); else left=1; fi
        }

        """#

    /// A word of a command in a comment, which a line break in it must not end.
    private static func comment(_ path: String) -> String {
        Shell.quoted(Array(Printable.escape(path).utf8)).description
    }

    /// The store's root as the script finds it from its own directory: a store that was moved or is mounted elsewhere
    /// takes its quarantine along.
    private static func way(to root: String, from quarantine: String) -> Shell.Word {
        let (above, below) = (root.split(separator: "/"), quarantine.split(separator: "/"))
        guard below.count > above.count, below.starts(with: above) else { return Shell.quoted(Array(root.utf8)) }
        let up = Array(repeating: "..", count: below.count - above.count + 1).joined(separator: "/")
        return Shell.quoted(Array(up.utf8))
    }
}

extension ReceiptItem {
    /// The line of the undo script.
    func undo() -> [UInt8] {
        let name = Shell.quoted(Array(record.path.components.last ?? []))
        let parent = Shell.quoted(record.path.parent.bytes)
        let words: [[UInt8]] = [Array("put".utf8), Array(String(item).utf8), parent.bytes, name.bytes]
        return Array(words.joined(separator: Array(" ".utf8))) + [0x0A]
    }
}

/// A word of a shell that any bytes may stand in.
enum Shell {
    /// The bytes of the word: a path need not be UTF-8.
    struct Word: CustomStringConvertible {
        let bytes: [UInt8]
        var description: String { String(decoding: bytes, as: UTF8.self) }
    }

    static func quoted(_ bytes: [UInt8]) -> Word {
        var word: [UInt8] = [UInt8(ascii: "'")]
        for byte in bytes {
            if byte == UInt8(ascii: "'") { word += Array("'\\''".utf8) } else { word.append(byte) }
        }
        return Word(bytes: word + [UInt8(ascii: "'")])
    }
}
