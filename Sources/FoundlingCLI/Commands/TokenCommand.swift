internal import ArgumentParser
internal import FoundlingCore
internal import FoundlingPipeline
internal import FoundlingReport
internal import FoundlingServer

/// `foundling token`: who may use the daemon.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make, list and revoke the tokens that let somebody use the daemon.",
        discussion: """
            A viewer sees everything; an operator may change things, too. A running daemon sees a new or revoked \
            token at its next request.

            EXAMPLES
              foundling token create --name ci --role operator --expires 30d
              foundling token create --name grafana --quiet > grafana.token
              foundling token list
              foundling token revoke 1f0c9a3e

            \(HelpText.exitCodes)
            """,
        subcommands: [TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self],
        defaultSubcommand: TokenListCommand.self)
}

extension Role: ExpressibleByArgument {}

/// How long a token is to be valid, as typed.
struct TokenLife: ExpressibleByArgument {
    /// nil is for ever.
    let seconds: Int64?

    init(seconds: Int64?) { self.seconds = seconds }

    private static let units: [Character: Int64] = ["m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
    /// Ten years: who means longer means never.
    private static let longest: Int64 = 3_650 * 86_400

    init?(argument: String) {
        if argument == "never" {
            self.init(seconds: nil)
            return
        }
        guard let unit = argument.last.flatMap({ Self.units[$0] }), argument.count <= 9,
            argument.dropLast().allSatisfy({ ("0"..."9").contains($0) }), let number = Int64(argument.dropLast()),
            number > 0, number * unit <= Self.longest
        else { return nil }
        self.init(seconds: number * unit)
    }

    var defaultValueDescription: String { seconds.map(Words.duration) ?? "never" }
}

extension TokenReport.Row {
    init(_ record: TokenRecord) {
        self.init(
            id: record.id, name: record.name, role: record.role.rawValue, created: record.created,
            expires: record.expires)
    }
}

/// `foundling token create`.
struct TokenCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a token; its secret is shown once, on standard output.",
        discussion: HelpText.exitCodes)

    @OptionGroup var options: ManifestOptions

    @Option(help: "Whose it is: 1 to 64 characters, and no two valid tokens have the same.")
    var name: String

    @Option(help: "viewer or operator.")
    var role: Role = .viewer

    @Option(help: "When it ends: a span such as 12h, 90d or 4w, up to ten years, or never.")
    var expires = TokenLife(seconds: 90 * 86_400)

    @Option(name: [.customShort("f"), .long], help: "table or json.")
    var format: PlainFormat = .table

    func run() throws {
        try CommandRun(options: options, isJSON: format == .json) { _ in
            let file = TokenFile(directory: try options.read().manifest.serve.state)
            let now = Custody.time
            let (record, secret) = try file.create(
                name: name, role: role, expires: expires.seconds.map { now + $0 * 1_000_000_000 }, now: now)
            do {
                try Terminal.write(
                    format == .json ? TokenReport.created(.init(record), secret: secret) : secret + "\n")
            } catch {
                try file.revoke(record.id)
                throw FoundlingError(
                    .system, "the secret could not be shown, so the token was revoked again",
                    hint: "let standard output go where it can be read, and create the token anew")
            }
            guard !options.quiet, format == .table else { return }
            let end = record.expires.map { "expires in \(Timestamp.until($0, now: now))" } ?? "never expires"
            Terminal.note(
                "note: this secret is shown only now, for Foundling keeps its hash and nothing else. Token \(record.id), "
                    + "\(record.role.rawValue), \(end); take it back with: "
                    + "foundling token revoke\(options.flag) \(record.id)")
        }
    }
}

/// `foundling token list`.
struct TokenListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "All tokens, oldest first, expired ones included.",
        discussion: HelpText.exitCodes)

    @OptionGroup var options: ManifestOptions

    @Option(name: [.customShort("f"), .long], help: "table or json.")
    var format: PlainFormat = .table

    func run() throws {
        try CommandRun(options: options, isJSON: format == .json) { _ in
            let file = TokenFile(directory: try options.read().manifest.serve.state)
            let rows = try file.list().map(TokenReport.Row.init)
            try TokenReport(rows, now: Custody.time, colour: Terminal.usesColour).write(
                format == .json ? .json : .table, to: Terminal.write)
        }
    }
}

/// `foundling token revoke`.
struct TokenRevokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Let nobody in by this token any more.", discussion: HelpText.exitCodes)

    @OptionGroup var options: ManifestOptions

    @Argument(help: "The token's id, as `foundling token list` shows it.")
    var id: String

    func run() throws {
        try CommandRun(options: options, isJSON: false) { _ in
            let file = TokenFile(directory: try options.read().manifest.serve.state)
            let record = try file.revoke(id)
            try Terminal.write("Revoked: token \(record.id), '\(Printable.escape(record.name))'.\n")
        }
    }
}
