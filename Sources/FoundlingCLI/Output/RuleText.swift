/// What each rule of the manifest and of a verdict means, for `explain --rule`.
struct RuleText {
    let name: String
    let meaning: String

    static func named(_ name: String) -> RuleText? { all.first { $0.name == name } }

    static let all = [
        RuleText(
            name: "min_age",
            meaning: """
                An entry is judged only when nothing inside it is younger than min_age: the newest modification, \
                change or birth time of the entry and everything below it counts, directories included.

                Applications write files first and commit the record afterwards. Until then the files look like \
                orphans, so min_age must exceed the longest time between the two: 24h unless you know better. \
                Change times count because `mv` and `rsync -a` bring old modification times along.

                An entry dated in the future is kept, whatever min_age says. 0s is legal and warned of.
                """),
        RuleText(
            name: "claims",
            meaning: """
                A record claims paths. A claim keeps an entry if it equals it, lies below it or lies above it, by \
                whole components: trainings/1 says nothing about trainings/10. Claims of every resource keep entries \
                of every resource, and any one is enough.

                A recorded path may be relative to the root, absolute, a file:// URL, or spelt with one of \
                store.aliases; every reading that fits counts, because an extra claim can only keep a file.
                """),
        RuleText(
            name: "near_miss",
            meaning: """
                An entry that nobody claims, but that some claim names but for case, Unicode form, percent escapes, \
                slashes or backslashes, trailing white space or leading directories. It is kept and shown: most \
                likely the record means it. A name that merely begins like another is never a near miss.
                """),
        RuleText(
            name: "making",
            meaning: """
                A condition on a row that is still being made. Its claims count, its missing files are not dangling, \
                and nothing nested inside its entry is judged.
                """),
        RuleText(
            name: "released",
            meaning: """
                A condition on a row that owns nothing any more: a tombstone. Its claims keep nothing, and an orphan \
                that it names is shown with the cause 'tombstone'.
                """),
        RuleText(
            name: "requires",
            meaning: """
                Paths that must exist for a row to be whole; an inner list is satisfied by any of its members. A row \
                that misses one is dangling. The row is read, the path is looked at (links followed), and the row is \
                read once more. Only 'no such file' counts as missing. A NULL or empty path requires nothing.
                """),
        RuleText(
            name: "shape",
            meaning: """
                A regular expression (PCRE2) on the path from the first wildcard of 'entries' on. What it does not \
                match is unrecognised: reported, never touched. A group named 'key' finds the record's key in a name.
                """),
        RuleText(
            name: "entries",
            meaning: """
                Globs for what one record may own. * ? [] stay within one name; a last ** makes every file below an \
                entry. An ancestor of another place is never an entry, and a path that two resources want is an error.
                """),
        RuleText(
            name: "within",
            meaning: """
                The resource inside whose entries these lie. A nested entry is kept by any claim equal to it or below \
                it, and by claims above it only from its own sources. It is judged only where the entry around it is \
                claimed by no row being made and is itself neither young, pinned, nearly claimed nor half seen.
                """),
        RuleText(
            name: "kind", meaning: "What an entry may be: directory, file or symlink. Anything else is unrecognised."),
        RuleText(name: "except", meaning: "Globs for paths in a place that are no entries and not worth a word."),
        RuleText(
            name: "requires_when",
            meaning: "A condition on rows: only where it holds must 'requires' be met. Without it, always."),
        RuleText(
            name: "may_be_empty",
            meaning: """
                Says that a source may rightly yield no rows. Without it an empty table refuses every verdict: it is \
                more often the wrong database than an empty one.
                """),
        RuleText(
            name: "may_meet_nothing",
            meaning: """
                Says that no claim of a resource may meet anything although there are entries: all of them may be \
                left-overs. Without it that refuses every verdict: it is more often a wrong mapping than a clean end.
                """),
        RuleText(
            name: "max_orphans",
            meaning: """
                The share of a resource's entries, by count, that a plan may take without a person's approval. So \
                many orphans more often mean a wrong database than a forgotten clean-up.
                """),
        RuleText(
            name: "max_bytes",
            meaning: """
                The share of a resource's bytes that a plan may take without a person's approval; apparent sizes \
                where nothing is allocated.
                """),
        RuleText(
            name: "retention",
            meaning:
                "How long what was moved to quarantine can be taken back before a purge may remove it: 7d by default."),
    ]
}
