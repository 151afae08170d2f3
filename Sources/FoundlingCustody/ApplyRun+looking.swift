internal import CLinux
internal import FoundlingCore
internal import FoundlingSeam
internal import FoundlingStore
internal import Glibc

extension ApplyRun {
    /// Files from which on an item's lines do not wait in memory for those of its batch.
    private static let large = 2_000

    /// An item as it is now, with its lines for the receipt.
    ///
    /// - Throws: `Refusal` where it is not what was planned, `Failure` where it cannot be looked at.
    func look(_ index: Int, _ lines: inout (receipt: [UInt8], undo: [UInt8])) throws -> Work {
        let (number, item) = (index + 1, plan.items[index])
        if Safeguard.pinBeforeMove.isOn, isPinned(item.path) { throw Refusal("it was pinned since it was planned") }
        guard let place = try place(of: item.path) else { throw Refusal("it is gone, with its directory") }
        let directory = item.path.parent
        if keptAbove[directory] == nil { keptAbove[directory] = .some(try keepAbove(item)) }
        if let above = keptAbove[directory] ?? nil { throw Refusal("'\(above)' above it holds a .foundling-keep") }
        if let known = lookedAhead[index] {
            let sighting = try known.get()
            var work = try work(number, item, place, sighting?.image)
            work.members = sighting?.members ?? []
            return work
        }
        var lost: Failure?
        // One that may not fit begins on a clean page, so that it can be torn out.
        if item.files >= Self.large { try receipt.flush(&lines.receipt) }
        let (size, waiting) = (receipt.size, lines.receipt.count)
        let image = try custodian.imager(shared: item.shared).image(
            of: Custodian.name(of: item.path), in: place.directory
        ) { member in
            lines.receipt += ReceiptFile(member, of: number).line
            guard lost == nil, item.files >= Self.large else { return }
            do throws(Failure) { try receipt.spill(&lines.receipt) } catch { lost = error }
        }
        if let lost {
            receipt.cut(to: size)
            lines.receipt.removeLast(max(0, lines.receipt.count - waiting))
            throw lost.error == ENOSPC ? Refusal("the disk has no room for its receipt") : lost
        }
        let work = try work(number, item, place, image)
        let (entry, undo) = work.lines
        lines.receipt += entry
        lines.undo += undo
        return work
    }

    /// What is written down of an item that is still what was planned.
    private func work(_ number: Int, _ item: Plan.Item, _ place: Place, _ image: EntryImage?) throws -> Work {
        guard let image else { throw Refusal("it is gone") }
        try compare(image, item)
        let retention =
            custodian.manifest.index(of: item.resource)
            .map { custodian.manifest.resources[$0].safety.retention } ?? Safety.standard.retention
        var record = ItemRecord(item, retention: retention)
        record.freed = image.freed
        return Work(number: number, item: item, record: record, place: place, top: image.top)
    }

    /// Items that are looked at together, and their files: about a tenth of a second's work.
    private static let together = (items: 512, files: 20_000)

    /// Looks at the next items by several threads, as far as nobody has yet; large ones, and those whose directory is
    /// gone, are left to be looked at one by one.
    ///
    /// - Returns: the number of the first item that was not considered.
    func lookAhead(from start: Int) -> Int {
        var (end, files) = (start, 0)
        while end < plan.items.count, end - start < Self.together.items, files < Self.together.files {
            files += min(plan.items[end].files, Self.large)
            end += 1
        }
        let range = start..<end
        for index in range {
            if let seen = sightings[plan.items[index].path], seen.members != nil { lookedAhead[index] = .success(seen) }
        }
        let wanted = range.filter { lookedAhead[$0] == nil && plan.items[$0].files < Sighting.mostMembers }
        let items = wanted.map { plan.items[$0] }
        let places = items.map { try? place(of: $0.path) }
        // It only reads, and every thread its own items.
        nonisolated(unsafe) let custodian = custodian
        let directories = places.map { $0?.directory }
        let found = Parallel.map(items.count) { number -> Result<Sighting?, FoundlingError>? in
            guard let directory = directories[number] else { return nil }
            let item = items[number]
            return Result { () throws(FoundlingError) in
                var members: [EntryImage.Member] = []
                return try custodian.imager(shared: item.shared).image(of: Custodian.name(of: item.path), in: directory)
                {
                    member in
                    members.append(member)
                }.map { Sighting(image: $0, members: members) }
            }
        }
        for (index, found) in zip(wanted, found) { lookedAhead[index] = found }
        return end
    }

    private func place(of path: StorePath) throws -> Place? {
        if let known = places[path.parent] { return known }
        guard let directory = try custodian.parent(of: path) else { return nil }
        var above: [ReceiptItem.Parent] = []
        var step = path.parent
        while !step.bytes.isEmpty {
            guard let holder = try custodian.parent(of: step), let status = try holder.status(Custodian.name(of: step))
            else { return nil }
            above.append(.init(mode: status.mode, owner: status.owner, group: status.group))
            step = step.parent
        }
        let place = Place(
            directory: directory, identity: try directory.status([.dot])?.identity, above: above.reversed())
        places[path.parent] = place
        return place
    }

    /// A directory above an item that somebody marked to be kept since.
    ///
    /// - Parameter known: the directory that holds it, where it is open.
    private func keepAbove(_ item: Plan.Item, in known: OpenDirectory? = nil) throws -> StorePath? {
        guard Safeguard.keepFileAbove.isOn else { return nil }
        var step = item.path.parent
        if let known, try known.status(Custodian.keepName) != nil { return step }
        while true {
            if known == nil || step != item.path.parent,
                try custodian.parent(of: step.appending(Custodian.keepName))?.status(Custodian.keepName) != nil
            {
                return step
            }
            if step.bytes.isEmpty { return nil }
            step = step.parent
        }
    }

    /// - Throws: `Refusal` where an entry is not what was planned.
    private func compare(_ image: EntryImage, _ item: Plan.Item) throws(Refusal) {
        if Safeguard.obstacleBeforeMove.isOn, let obstacle = image.obstacle {
            throw Refusal(Custodian.words(obstacle))
        }
        if image.top.kind != item.kind {
            throw Refusal("it is a \(image.top.kind.name) now, and was a \(item.kind.name)")
        }
        if Safeguard.identityBeforeMove.isOn, image.top.identity != item.identity {
            throw Refusal("something else has its name now")
        }
        if image.isPinned { throw Refusal("it holds a .foundling-keep") }
        // Another link to a file of it may have gone meanwhile, by this very run: that sets its time of change, too.
        let isTopShared = item.shared?.contains(item.identity.inode) ?? false
        guard
            image.fingerprint == item.fingerprint && (isTopShared || image.top.changed == item.changed)
                && image.newest == item.newest || !Safeguard.fingerprintBeforeMove.isOn
        else { throw Refusal("something in it changed since it was planned") }
        let minAge =
            custodian.manifest.index(of: item.resource).map { custodian.manifest.resources[$0].safety.minAge } ?? 0
        if !isAgeJudged, HostClock.time() - image.newest < minAge * 1_000_000_000 {
            throw Refusal("it is younger than min_age")
        }
    }

    /// What a move came to: the time of change that it left, and files of which nobody could be asked whether they are
    /// open.
    struct Taken: Sendable {
        let changed: Int64?
        let unasked: Int
    }

    /// The last look at each, and its move, by several threads.
    func take(_ works: [Work]) -> [Result<Taken, any Error>] {
        // Each thread takes items of its own; what they share is only read, or a directory that the kernel guards.
        nonisolated(unsafe) let run = self
        guard Parallel.isWorthwhile(works.count) else { return works.map { work in Result { try run.take(work) } } }
        let taken = Parallel.map(works.count) { index -> Result<Taken, any Error>? in
            works[index].item.shared == nil ? Result { try run.take(works[index]) } : nil
        }
        // A file that several items share would look open to the one while the other looks at it.
        return taken.enumerated().map { index, taken in taken ?? Result { try run.take(works[index]) } }
    }

    /// The last look, and the move.
    ///
    /// - Throws: `Refusal` where it is not what was planned, `Failure` where it cannot be looked at.
    private func take(_ work: Work) throws -> Taken {
        try checkPlace(of: work)
        if let above = try keepAbove(work.item, in: work.place.directory) {
            throw Refusal("'\(above)' above it holds a .foundling-keep")
        }
        guard
            let image = try custodian.imager(leases: true, shared: work.item.shared).image(
                of: work.name, in: work.place.directory)
        else {
            throw Refusal("it is gone")
        }
        try compare(image, work.item)
        if Safeguard.openFile.isOn, let open = image.openFile {
            let holder = OpenFiles.holder(of: work.item.path, open, root: custodian.quarantine.store.realPath)
            throw Refusal("\(open.bytes.isEmpty ? "it" : "'\(open)'") is open\(holder.map { " in \($0)" } ?? "")")
        }
        let components = work.item.path.components
        if Safeguard.processInside.isOn,
            let worker = workers.first(where: { $0.path.components.starts(with: components) })
        {
            throw Refusal("\(worker.process) works in it")
        }
        let moved = custodian.move(
            .itemMove, work.name, from: work.place.directory, to: directory, as: work.target, isPrivate: true,
            isDirectory: work.item.kind == .directory)
        switch moved {
        case 0: return Taken(changed: try? directory.status(work.target)?.changed, unasked: image.unasked)
        case -ENOENT: throw Refusal("it is gone")
        case -EXDEV:
            throw Refusal("it lies on another mount or layer than the quarantine: never copied, left alone", .failed)
        default: throw Failure(moved, "it cannot be moved")
        }
    }

    /// A descriptor follows its directory wherever that is renamed to; the path that was planned does not.
    func checkPlace(of work: Work) throws {
        let now = try custodian.parent(of: work.item.path)?.status([.dot])?.identity
        guard now != nil, now == work.place.identity || !Safeguard.place.isOn else {
            throw Refusal("its directory was renamed or replaced meanwhile")
        }
    }
}
