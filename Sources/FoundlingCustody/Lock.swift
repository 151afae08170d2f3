internal import CLinux
package import FoundlingCore
internal import FoundlingSeam
internal import FoundlingStore
internal import Foundation
internal import Glibc

extension Quarantine {
    /// What only one Foundling at a time may do in a store.
    package enum Exclusive: String {
        /// Whatever moves: held for a batch, about a second.
        case moving = "lock"
        /// Removing what was set aside: held as long as that takes, while others may move.
        case removing = "purge.lock"
        /// Carrying out a plan: held from the look at the limits to the end of the run, so that two plans together
        /// cannot take what each alone may.
        case applying = "apply.lock"
    }

    /// Makes the locks that are not there yet, while there is a file to be had: a disk may run out of those as well.
    package func makeLocks() throws(FoundlingError) {
        for lock in [Exclusive.moving, .removing, .applying]
        where try directory.status(Array(lock.rawValue.utf8)) == nil {
            do throws(Failure) {
                _ = cl_close(try create(Array(lock.rawValue.utf8), .lockWrite, O_RDWR | O_CREAT))
            } catch { throw error.refusal }
        }
    }

    /// Seconds to wait for another Foundling: a batch lasts about one.
    private static let patience = 30.0

    /// Who holds the lock, as it says itself.
    struct Holder: Codable {
        let host: String
        let pid: Int32
        let since: Int64
    }

    /// Runs `body` while nobody else moves anything in this store, or removes.
    ///
    /// The kernel drops the lock with the process that held it: a dead holder is no obstacle.
    package func withLock<T>(
        _ what: Exclusive = .moving, _ body: () throws(FoundlingError) -> T
    ) throws(FoundlingError) -> T {
        guard let done = try lock(what, patience: Self.patience, body) else { throw busy(what) }
        return done
    }

    /// The same without waiting: nil, and nothing done, where somebody else is at it.
    func withLockIfFree<T>(
        _ what: Exclusive, _ body: () throws(FoundlingError) -> T
    ) throws(FoundlingError) -> T? { try lock(what, patience: 0, body) }

    private func lock<T>(
        _ what: Exclusive, patience: Double, _ body: () throws(FoundlingError) -> T
    ) throws(FoundlingError) -> T? {
        let file: Int32
        do throws(Failure) { file = try create(Array(what.rawValue.utf8), .lockWrite, O_RDWR | O_CREAT) } catch {
            throw error.refusal
        }
        defer { _ = cl_close(file) }
        var hasTold = false
        let deadline = HostClock.steady() + Int64(patience * 1e9)
        while true {
            let locked = cl_lock(file)
            if locked == 0 { break }
            guard locked == -EAGAIN || locked == -EINTR else {
                throw Failure(locked, "the quarantine cannot be locked").refusal
            }
            guard HostClock.steady() < deadline else { return nil }
            if !hasTold, deadline - HostClock.steady() < Int64((patience - 1) * 1e9) {
                hasTold = true
                waiting(holder(what))
            }
            usleep(20_000)
        }
        sign(file)
        defer { _ = cl_unlock(file) }
        return try body()
    }

    private func sign(_ file: Int32) {
        let holder = Holder(host: ProcessInfo.processInfo.hostName, pid: getpid(), since: HostClock.time())
        guard let text = try? JSONEncoder().encode(holder) else { return }
        // Only a courtesy to whoever waits: a disk without a block to spare is no reason to stop.
        _ = cl_truncate(file, 0)
        _ = [UInt8](text).withUnsafeBytes { cl_write_all(file, $0.baseAddress, $0.count) }
    }

    private func holder(_ what: Exclusive) -> String {
        let holder = (try? read(Array(what.rawValue.utf8), limit: 1024)).flatMap { $0 }
            .flatMap { try? JSONDecoder().decode(Holder.self, from: Data($0)) }
        let who = holder.map {
            "process \($0.pid) on \(Printable.escape($0.host)), for \((HostClock.time() &- $0.since) / 1_000_000_000) s"
        }
        return who ?? "it left no name"
    }

    private func busy(_ what: Exclusive) -> FoundlingError {
        FoundlingError(
            .storeBusy, "another Foundling is at work in this store: \(holder(what))",
            hint: "wait for it to end, then run this again; a lock of a dead process would not be in the way")
    }
}
