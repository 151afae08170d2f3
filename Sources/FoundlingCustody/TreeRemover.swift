internal import CLinux
internal import FoundlingCore
internal import FoundlingSeam
internal import FoundlingStore
internal import Glibc

/// Removes many trees at once: threads share a stack of directories, and each file costs one `unlinkat`.
///
/// Every directory is reached from its parent's descriptor, never through a link and never onto another mount. What is
/// gone already counts as removed: two may work on the same tree, and a crash leaves nothing to undo.
final class TreeRemover: @unchecked Sendable {
    // Shared by its threads under `mutex`; a directory belongs to whoever took it from the stack.
    private var mutex = pthread_mutex_t()
    private var changed = pthread_cond_t()
    private var stack: [Directory] = []
    private var busy = 0
    private var failures: [Int: Failure] = [:]
    private var tops: [Top] = []
    private var takenAway: Set<Int> = []

    /// Where a target must still be: a descriptor follows it wherever somebody renames it to.
    private struct Top {
        let holder: OpenDirectory
        let name: [UInt8]
        let identity: InodeIdentity
    }
    /// Files removed between two looks at whether the target is still where it was.
    private static let unseen = 32
    private let seam: Seam
    private let pace: Pace?
    /// A directory that fills up again while it is emptied is read this often, then left.
    private static let attempts = 5

    private final class Directory: @unchecked Sendable {
        let parent: Directory?
        /// Where the name is, for a top.
        let holder: OpenDirectory?
        let name: [UInt8]
        let target: Int
        var descriptor: Int32 = -1
        /// Itself while it is read, and its directories.
        var pending = 1
        var attempts = 0
        /// Names that went since it was last read; under the lock.
        var removed = 0

        init(parent: Directory?, holder: OpenDirectory?, name: [UInt8], target: Int) {
            self.parent = parent
            self.holder = holder
            self.name = name
            self.target = target
        }

        var above: Int32 { parent?.descriptor ?? holder?.descriptor ?? -1 }
    }

    /// - Parameter rate: files a second at most, over all threads; nil is as fast as the disk.
    init(seam: Seam, rate: Int?) {
        self.seam = seam
        pace = rate.map { Pace(perSecond: $0) }
        pthread_mutex_init(&mutex, nil)
        pthread_cond_init(&changed, nil)
        Self.raiseDescriptorLimit()
    }

    deinit {
        pthread_cond_destroy(&changed)
        pthread_mutex_destroy(&mutex)
    }

    /// A deep tree holds one descriptor a level.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        let files = __rlimit_resource_t(7)  // RLIMIT_NOFILE, which Swift does not see
        guard getrlimit(files, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        _ = setrlimit(files, &limit)
    }

    /// Removes the named trees.
    ///
    /// - Returns: by number in `targets`, the first thing that could not be removed.
    func remove(
        _ targets: [(holder: OpenDirectory, name: [UInt8], identity: InodeIdentity, isDirectory: Bool)], threads: Int
    ) -> [Int: Failure] {
        // In their order: a number is a place among the tops.
        for (number, target) in targets.enumerated() {
            tops.append(Top(holder: target.holder, name: target.name, identity: target.identity))
            let top = Directory(parent: nil, holder: target.holder, name: target.name, target: number)
            if target.isDirectory {
                stack.append(top)
            } else {
                _ = unlink(target.name, in: target.holder.descriptor, number)
            }
        }
        work(threads: max(1, threads))
        return failures
    }

    private func work(threads: Int) {
        guard threads > 1, let thread = WorkerThread({ self.work(threads: threads - 1) }) else { return work() }
        work()
        thread.join()
    }

    private func work() {
        let reader = DirectoryReader()
        while let directory = take() { empty(directory, reader) }
    }

    private func take() -> Directory? {
        pthread_mutex_lock(&mutex)
        defer { pthread_mutex_unlock(&mutex) }
        while true {
            if let directory = stack.popLast() {
                busy += 1
                return directory
            }
            if busy == 0 {
                pthread_cond_broadcast(&changed)
                return nil
            }
            pthread_cond_wait(&changed, &mutex)
        }
    }

    /// Removes what lies directly in a directory, and leaves its directories on the stack.
    private func empty(_ directory: Directory, _ reader: borrowing DirectoryReader) {
        var children: [Directory] = []
        var removed = 0
        guard isInPlace(directory.target) else { return giveUp(directory) }
        if directory.descriptor < 0 {
            let opened = CName.with(directory.name) { cl_open_directory_beneath(directory.above, $0) }
            if opened < 0, opened != -ENOENT { fail(directory.target, Failure(opened, "a directory in it")) }
            directory.descriptor = opened
        }
        if directory.descriptor >= 0 {
            let descriptor = directory.descriptor
            _ = lseek(descriptor, 0, Int32(SEEK_SET))
            let outcome = Result {
                var files = 0
                return try reader.forEach(in: descriptor) { name, type in
                    let name = Array(name)
                    files += 1
                    if files % (self.pace == nil ? Self.unseen : 1) == 0, !self.isInPlace(directory.target) { return }
                    if self.isGone(directory.target) { return }
                    if self.isDirectory(name, type, in: descriptor) {
                        children.append(
                            Directory(parent: directory, holder: nil, name: name, target: directory.target))
                    } else if self.unlink(name, in: descriptor, directory.target) {
                        removed += 1
                    }
                }
            }
            let failed = (try? outcome.get()) ?? EIO
            if failed != 0, failed != ENOENT { fail(directory.target, Failure(-failed, "a directory in it")) }
        }
        pthread_mutex_lock(&mutex)
        directory.pending += children.count
        directory.removed += removed
        stack.append(contentsOf: children)
        leave(directory)
        busy -= 1
        pthread_cond_broadcast(&changed)
        pthread_mutex_unlock(&mutex)
    }

    /// Whether a target still has the name that only removal knows; where it has not, nothing more of it is removed.
    private func isInPlace(_ target: Int) -> Bool {
        let top = tops[target]
        if !Safeguard.takenAway.isOn || (try? top.holder.status(top.name))?.identity == top.identity { return true }
        pthread_mutex_lock(&mutex)
        takenAway.insert(target)
        failures[target] = Failure(-ESTALE, "it was taken away while it was removed")
        pthread_mutex_unlock(&mutex)
        return false
    }

    private func isGone(_ target: Int) -> Bool {
        pthread_mutex_lock(&mutex)
        defer { pthread_mutex_unlock(&mutex) }
        return takenAway.contains(target)
    }

    /// A directory of a target that was taken away is left as it is.
    private func giveUp(_ directory: Directory) {
        pthread_mutex_lock(&mutex)
        leave(directory)
        busy -= 1
        pthread_cond_broadcast(&changed)
        pthread_mutex_unlock(&mutex)
    }

    private func isDirectory(_ name: [UInt8], _ type: UInt8, in descriptor: Int32) -> Bool {
        guard type == 0 else { return type == 4 }  // DT_UNKNOWN, DT_DIR
        var status = cl_stat()
        return CName.with(name) { cl_stat_at(descriptor, $0, 0, &status) } == 0 && status.mode & S_IFMT == S_IFDIR
    }

    private func unlink(_ name: [UInt8], in descriptor: Int32, _ target: Int) -> Bool {
        pace?.wait()
        let gone = seam(.purgeUnlink) { CName.with(name) { cl_unlink_at(descriptor, $0, 0) } }
        if gone < 0, gone != -ENOENT { fail(target, Failure(gone, "a file in it")) }
        return gone >= 0
    }

    private func fail(_ target: Int, _ failure: Failure) {
        pthread_mutex_lock(&mutex)
        if failures[target] == nil { failures[target] = failure }
        pthread_mutex_unlock(&mutex)
    }

    /// One thing less to wait for; a directory with nothing left in it goes, and may be its parent's last. Under the
    /// lock.
    private func leave(_ directory: Directory) {
        var next: Directory? = directory
        while let directory = next {
            directory.pending -= 1
            guard directory.pending == 0 else { return }
            let above = directory.above
            let isOpen = directory.descriptor >= 0
            if isOpen, !takenAway.contains(directory.target), !removeDirectory(directory, above) { return }
            if isOpen { _ = cl_close(directory.descriptor) }
            directory.descriptor = -1
            next = directory.parent
        }
    }

    /// False where it must be read again: it filled up meanwhile, or names were passed over, as some file systems do
    /// while others go. What cannot be removed is no reason to read it again, only what could be.
    private func removeDirectory(_ directory: Directory, _ above: Int32) -> Bool {
        pthread_mutex_unlock(&mutex)
        let gone = seam(.purgeRemoveDirectory) { CName.with(directory.name) { cl_unlink_at(above, $0, 1) } }
        pthread_mutex_lock(&mutex)
        let isWorthIt = directory.removed > 0 || failures[directory.target] == nil
        if gone == -ENOTEMPTY || gone == -EEXIST, isWorthIt, directory.attempts < Self.attempts {
            directory.attempts += 1
            directory.removed = 0
            directory.pending = 1
            stack.append(directory)
            pthread_cond_broadcast(&changed)
            return false
        }
        if gone >= 0 {
            directory.parent?.removed += 1
            // What could not be removed at first went with another reading.
            if directory.parent == nil { failures[directory.target] = nil }
        }
        if gone < 0, gone != -ENOENT, failures[directory.target] == nil {
            failures[directory.target] = Failure(gone, "a directory in it")
        }
        return true
    }
}

/// Holds several threads to so many files a second.
private final class Pace: @unchecked Sendable {
    private var mutex = pthread_mutex_t()
    private var next: Int64 = 0
    private let interval: Int64

    init(perSecond: Int) {
        interval = 1_000_000_000 / Int64(max(1, perSecond))
        pthread_mutex_init(&mutex, nil)
    }

    func wait() {
        pthread_mutex_lock(&mutex)
        let now = HostClock.steady()
        let turn = max(now, next)
        next = turn + interval
        pthread_mutex_unlock(&mutex)
        if turn > now { usleep(UInt32(min((turn - now) / 1000, 1_000_000))) }
    }
}
