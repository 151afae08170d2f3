internal import ArgumentParser
internal import Dispatch
internal import FoundlingCore
internal import FoundlingManifest
internal import FoundlingPipeline
internal import FoundlingServer
internal import Foundation
internal import Glibc
internal import Synchronization

/// `foundling serve`: the daemon.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Scan by the clock, take the files of deleted records along, and answer over HTTP.",
        discussion: """
            Listens on loopback unless told otherwise, and speaks plain HTTP: TLS is a proxy's. Reading needs no token \
            unless the manifest says so; changing anything needs one of `foundling token create --role operator`. \
            SIGTERM or Ctrl-C ends it in good order, SIGHUP makes it read the manifest again. The manifest's `serve:` \
            section says when it scans and purges, and who is told of what.

            EXAMPLES
              foundling serve
              foundling serve --socket /run/foundling/foundling.sock
              curl -s http://127.0.0.1:7433/api/v1/orphans/summary

            \(HelpText.exitCodes)
            """)

    @OptionGroup var options: ManifestOptions

    @Option(help: "Where to listen: HOST:PORT, [IPv6]:PORT, or unix:PATH. Default: serve.listen, or 127.0.0.1:7433.")
    var listen: String?

    @Option(help: "The same on loopback, by its port alone; 0 takes a free one.")
    var port: Int?

    @Option(help: "The same on a Unix socket.", completion: .file())
    var socket: String?

    @Flag(help: "Allow an address that others can reach: tokens and answers cross the network unencrypted.")
    var allowRemote = false

    @Flag(help: "Do not scan at once where nothing was ever scanned.")
    var noFirstScan = false

    @Flag(help: ArgumentHelp("Print the OpenAPI document and start nothing.", visibility: .hidden))
    var printOpenapi = false

    func validate() throws {
        guard [listen != nil, port != nil, socket != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("name one of --listen, --port and --socket")
        }
        if let port, !(0...65_535).contains(port) { throw ValidationError("--port takes a number from 0 to 65535") }
        if let listen {
            do throws(ListenText.Invalid) { _ = try Self.read(listen) } catch {
                throw ValidationError("--listen: \(error.reason)")
            }
        }
    }

    private static func read(_ text: String) throws(ListenText.Invalid) -> ListenAddress {
        try ListenText.read(text, in: FileManager.default.currentDirectoryPath)
    }

    func run() throws {
        if printOpenapi {
            return try CommandRun(options: options, isJSON: false) { _ in
                try Terminal.write(API.document(version: Version.current) + "\n")
            }
        }
        // Whatever the surroundings say: nobody else reads what it writes or reaches its socket before its mode is set.
        umask(0o077)
        try CommandRun(options: options, isJSON: false) { _ in
            let manifest = try options.read().manifest
            let address = try address(manifest)
            let reading = options
            let daemon = Blocking.run {
                try await Daemon(
                    Daemon.Options(
                        listen: address, version: Version.current, scansAtStart: !noFirstScan,
                        log: { Terminal.note("\(Timestamp.iso(Custody.time)) \(Printable.escape($0))") },
                        ready: { Terminal.note("\(Timestamp.iso(Custody.time)) listening on \(Printable.escape($0))") })
                ) { () throws(FoundlingError) in try reading.manifestAgain() }
            }
            let started = try daemon.get()
            Interruption.asks(
                Interruption.Wish(
                    end: { _ = Blocking.run { await started.end() } }, reload: { started.reload() }))
            try Blocking.run { try await started.run() }.get()
            Terminal.note("\(Timestamp.iso(Custody.time)) ended")
        }
    }

    private func address(_ manifest: Manifest) throws(FoundlingError) -> ListenAddress {
        let address =
            listen.flatMap { try? Self.read($0) } ?? port.map { .tcp(host: "127.0.0.1", port: $0) }
            ?? socket.flatMap { try? Self.read("unix:" + $0) } ?? manifest.serve.listen
        guard !address.isLocal, !allowRemote else { return address }
        throw FoundlingError(
            .addressUnusable, "others can reach this address, and the daemon speaks plain HTTP",
            hint:
                "let a proxy with TLS stand before it (see the guide), or add --allow-remote; then reading needs a token, too"
        )
    }
}

/// The one place where what waits meets what does not.
enum Blocking {
    /// Waits on this thread for work that is asynchronous.
    static func run<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) -> Result<T, any Error> {
        let result = Mutex<Result<T, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        Task {
            do {
                let value = try await body()
                result.withLock { $0 = .success(value) }
            } catch { result.withLock { $0 = .failure(error) } }
            done.signal()
        }
        done.wait()
        return result.withLock { $0 } ?? .failure(CancellationError())
    }
}
