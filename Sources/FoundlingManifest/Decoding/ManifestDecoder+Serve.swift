import Foundation
import FoundlingCore

extension ManifestDecoder {
    /// `serve:`, checked against the store and its resources as far as those could be read.
    func serve(_ tree: Tree, _ store: Manifest.Store?, _ drafts: [ResourceDraft]) -> ServeSettings? {
        guard let fields = Fields<ServeKey>(tree, mistakes) else { return nil }
        var settings = ServeSettings(state: directory + "/" + ServeSettings.folder)
        if let tree = fields[.state], let path = path(tree, "'state'") {
            settings.state = FilePath.absolute(path, in: directory)
        }
        if let store { checkState(settings.state, fields[.state]?.position ?? fields.position, store, drafts) }
        if let listen = fields[.listen].flatMap(listen) { settings.listen = listen }
        if let anonymous = fields[.anonymous].flatMap({ bool($0, "'anonymous'") }) { settings.anonymous = anonymous }
        if let tree = fields[.hosts] { settings.hosts = items(tree).compactMap(host) }
        if let zone = fields[.timeZone].flatMap(timeZone) { settings.timeZone = zone }
        if let schedules = fields[.schedules].flatMap({ schedules($0, drafts) }) { settings.schedules = schedules }
        if let tree = fields[.warn] { settings.warnings = limits(tree) }
        if let tree = fields[.webhooks] { settings.webhooks = items(tree).compactMap(webhook) }
        if !settings.listen.isLocal, settings.anonymous {
            mistakes.warning(
                "'listen' lets other machines in, and whoever reaches it may read without a token: "
                    + "write 'anonymous: false', or listen on 127.0.0.1 behind a proxy",
                at: fields.position(of: .listen))
        }
        return settings
    }

    /// The daemon makes this directory its own, with mode 0700: nothing of the application's may lie in it, and it may
    /// not lie where entries do.
    private func checkState(_ state: String, _ position: Position, _ store: Manifest.Store, _ drafts: [ResourceDraft]) {
        let (path, root) = (FilePath.collapsed(state), FilePath.collapsed(store.root))
        guard !root.starts(with: path) else {
            mistakes.error(
                path == root
                    ? "'state' is the root of the store: name a directory for tokens and history"
                    : "the store lies inside 'state', which nobody else could read then: name a directory of its own",
                at: position)
            return
        }
        if path.starts(with: FilePath.collapsed(store.quarantine)) {
            mistakes.error("'state' lies in the quarantine, which holds what was moved aside only", at: position)
        }
        guard path.starts(with: root) else { return }
        let below = path.dropFirst(root.count).map { Array($0.utf8) }
        for glob in drafts.flatMap(\.entries).map(\.glob)
        where zip(glob.components, below).allSatisfy({ $0.matches($1) }) {
            mistakes.error(
                "'state' lies where \(quoted(glob.text)) has its entries: name a directory that no resource has",
                at: position)
            return
        }
    }

    private func listen(_ tree: Tree) -> ListenAddress? {
        guard let text = path(tree, "'listen'") else { return nil }
        do {
            return try ListenText.read(text, in: directory)
        } catch {
            mistakes.error("'listen': \(error.reason)", at: tree.position)
            return nil
        }
    }

    private func host(_ tree: Tree) -> String? {
        guard let text = path(tree, "a host") else { return nil }
        guard HostName.isHost(text) else {
            mistakes.error(
                "a host is a name such as foundling.example.org, without scheme, port and path",
                at: tree.position)
            return nil
        }
        return text.lowercased()
    }

    /// Of places only: `EST` and `BST` mean several, and `GMT+2` is turned the other way about by half of all systems.
    private func timeZone(_ tree: Tree) -> String? {
        guard let name = text(tree, "'time_zone'") else { return nil }
        if name == "UTC" || name.contains("/") && TimeZone(identifier: name) != nil { return name }
        let near = NearestWord.to(name, among: TimeZone.knownTimeZoneIdentifiers + ["UTC"])
        let advice = near.map { "; did you mean '\($0)'?" } ?? "; write a name such as Europe/Berlin, or UTC"
        mistakes.error("unknown time zone \(quoted(name))\(advice)", at: tree.position)
        return nil
    }

    private func limits(_ tree: Tree) -> WarningLimits {
        var limits = WarningLimits()
        guard let fields = Fields<WarnKey>(tree, mistakes) else { return limits }
        if let share = quantity(fields, .orphans, Quantity.share) { limits.orphans = share }
        if let span = quantity(fields, .diskFullIn, Quantity.duration) { limits.diskFull = span }
        if let share = quantity(fields, .diskUsed, Quantity.share) { limits.diskUsed = share }
        return limits
    }
}
