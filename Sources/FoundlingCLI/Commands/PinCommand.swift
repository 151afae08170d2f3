internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation

/// `foundling pin`: keep this, whatever the database says.
struct PinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin",
        abstract: "Keep a path whatever the database says; a file '.foundling-keep' in it does the same.",
        discussion: """
            EXAMPLES
              foundling pin trainings/train_00d10dde --why "asked for"
              foundling pin models/m_1 --until 2027-01-31
              foundling pin --list
              foundling pin --remove trainings/train_00d10dde

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Argument(help: "The path, relative to the store's root.", completion: .file())
    var path: String?

    @Option(help: "Why it must stay.")
    var why: String?

    @Option(help: "The first day on which it need not stay any more, as YYYY-MM-DD (UTC).")
    var until: String?

    @Flag(help: "Take the pin away again.")
    var remove = false

    @Flag(help: "List what is pinned.")
    var list = false

    @Option(name: [.customShort("f"), .long], help: "table or json.")
    var format: PlainFormat = .table

    func validate() throws {
        guard list != (path != nil) else { throw ValidationError("name a path to pin, or --list") }
        if let until {
            guard let day = Timestamp.day(until) else {
                throw ValidationError("'\(until)' is no day: write it like 2027-01-31, before 2262")
            }
            if day <= Custody.time { throw ValidationError("'\(until)' is past: nothing would be kept") }
        }
    }

    func run() throws {
        try CommandRun(options: options, isJSON: format == .json) { _ in
            let manifest = try options.read().manifest
            guard let path else {
                return try PinReport(try Custody.pins(manifest), now: Custody.time, colour: Terminal.usesColour).write(
                    format == .json ? .json : .table, to: Terminal.write)
            }
            let target = try StoreArgument.path(path, manifest)
            let custody = try options.open(manifest, reason: why)
            if remove {
                try custody.unpin(target)
                return try Terminal.write("No longer pinned: \(target)\n")
            }
            if !custody.exists(target) {
                guard !path.contains(where: { "*?[".contains($0) }) else {
                    throw FoundlingError(
                        .usage, "nothing lies at '\(target)', and a pin is no pattern",
                        hint: "pin the directory that holds them: that keeps everything in it")
                }
                let way = try Custody.wayBack(of: target, manifest).map { options.completed($0) }
                Terminal.note("note: nothing lies at '\(target)' now" + (way.map { "; " + $0 } ?? ""))
            }
            let pin = try custody.pin(target, why: why, until: until.flatMap(Timestamp.day))
            try PinReport([pin], now: Custody.time, colour: Terminal.usesColour).write(
                format == .json ? .json : .table, to: Terminal.write)
        }
    }
}
