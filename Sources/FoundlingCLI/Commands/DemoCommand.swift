internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingDemo
internal import FoundlingManifest
internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation

/// `foundling demo`: the founding document's world, and the report on it.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Make a small world of sparse files with 83 orphans in it, and scan it.",
        discussion: """
            The world is the machine-learning studio that Foundling began with: 371G by its looks, next to \
            nothing on disk. Nothing outside DIR is touched, and a DIR that no demo made is refused.

            EXAMPLES
              foundling demo
              foundling demo /tmp/studio

            \(HelpText.exitCodes)
            """)

    @Argument(help: "Where to make it.", completion: .directory)
    var directory = "foundling-demo"

    func run() throws {
        do {
            let world = try DemoWorld.make(in: directory)
            try Terminal.write("Made a demo world in \(Printable.escape(world.directory)).\n")
            try Terminal.write(
                "Its files are sparse: they look like 371G, occupy almost nothing, and removing them would free nothing.\n\n"
            )
            let (manifest, _) = try ManifestReader.read(
                file: world.manifest, environment: ProcessInfo.processInfo.environment)
            let result = try Scan(manifest).run()
            let next = [
                "cd \(ShellWord.quoted(world.directory))",
                "foundling scan",
                "foundling explain trainings/train_00d10dde",
                "foundling scan --format markdown > report.md",
                "foundling check",
            ]
            try ScanReport(
                result, manifest: manifest,
                options: ReportOptions(limit: 10, colour: Terminal.usesColour, next: next)
            ).write(.table, to: Terminal.write)
        } catch let error as FoundlingError {
            throw CommandRun.tell(error, isJSON: false)
        } catch is Terminal.Gone {
            throw ExitCode(ExitStatus.clean.rawValue)
        }
    }
}
