internal import FoundlingCatalog
internal import FoundlingStore
internal import Glibc
internal import Synchronization

/// What Ctrl-C and SIGTERM do: servers are asked to stop what they read for us, then the process ends by that signal.
///
/// Nothing else has to be tidied up: every act survives being cut short anywhere.
enum Interruption {
    /// Whether something that was found must be told by the exit code, whatever else went well.
    static let isAlarmed = Atomic(false)
    /// Whether a store is being acted on: then whoever interrupts wants to know what that means.
    static let isActing = Atomic(false)

    /// What a signal means to whoever ends by himself.
    struct Wish: Sendable {
        let end: @Sendable () -> Void
        let reload: @Sendable () -> Void
    }

    /// Who is asked to end, and ends by himself; nil for every command that a signal just ends.
    private static let wish = Mutex<Wish?>(nil)

    /// From here on signals are wishes: SIGTERM and SIGINT let whoever works finish what is under way, SIGHUP lets him
    /// read the manifest again. A second SIGINT or SIGTERM does not wait.
    static func asks(_ wish: Wish) { self.wish.withLock { $0 = wish } }

    /// Set as soon as a signal came.
    private static let isUnderWay = Atomic(false)

    /// Waits for the end that a signal brings, where one came: what was cancelled for it is no error to tell.
    static func awaitEnd() {
        while isUnderWay.load(ordering: .acquiring) { sleep(1) }
    }

    /// Seconds that servers have to take notice: one that does not answer must not hold us.
    private static let patience = 2

    private static func cancelQueries() {
        let answers = Handoff<Bool>(limit: 1)
        guard
            WorkerThread({
                RunningQueries.cancelAll()
                answers.give(true)
            }) != nil
        else { return }
        guard
            WorkerThread({
                sleep(UInt32(patience))
                answers.give(true)
            }) != nil
        else { return }
        _ = answers.take()
    }

    static func watch() {
        // Noted before the first thread starts, so that all of them leave these signals to this one.
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let watched = signals
        let thread = WorkerThread {
            var (signals, caught) = (watched, Int32(0))
            var hasAsked = false
            while true {
                guard sigwait(&signals, &caught) == 0 else { return }
                let wish = wish.withLock { $0 }
                guard let wish, caught == SIGHUP || !hasAsked else { break }
                if caught == SIGHUP { wish.reload() } else { wish.end() }
                hasAsked = hasAsked || caught != SIGHUP
            }
            isUnderWay.store(true, ordering: .releasing)
            cancelQueries()
            if isActing.load(ordering: .relaxed) {
                Terminal.note(
                    "\ninterrupted: nothing is lost. The next command settles what was under way; `foundling ledger` shows it"
                )
            }
            signal(caught, SIG_DFL)
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            raise(caught)
        }
        // Without a thread to watch them the signals do what they always did.
        if thread == nil { pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
    }
}
