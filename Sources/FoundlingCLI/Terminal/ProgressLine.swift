internal import FoundlingPipeline
internal import FoundlingReport
internal import Foundation
internal import Synchronization

/// One line on standard error that says how far the work has come, for anything over half a second.
///
/// Silent in a pipe and with `--quiet`. The work only leaves numbers here; a thread of its own draws them.
final class ProgressLine: Sendable {
    private let state: Mutex<State>
    private let isShown: Bool
    private let keepsTimes: Bool
    /// Half a second: shorter work needs no line.
    private static let patience = 0.5
    private static let interval = 0.2
    private static let lastStage = ScanProgress.done.stage

    private struct State {
        var progress: ScanProgress?
        var started: DispatchTime
        var stageStarted: DispatchTime
        var stage = -1
        var isDrawn = false
        var isFinished = false
        var times: [(stage: String, seconds: Double)] = []

        mutating func endStage() {
            if let progress {
                times.append(
                    (
                        progress.stageName,
                        Double(DispatchTime.now().uptimeNanoseconds - stageStarted.uptimeNanoseconds) / 1e9
                    ))
            }
        }
    }

    /// - Parameter keepsTimes: whether ``times`` will be asked for.
    init(isShown: Bool, keepsTimes: Bool = false) {
        self.isShown = isShown
        self.keepsTimes = keepsTimes
        state = Mutex(State(started: .now(), stageStarted: .now()))
        guard isShown else { return }
        Thread.detachNewThread { [self] in
            Thread.sleep(forTimeInterval: Self.patience)
            while draw() { Thread.sleep(forTimeInterval: Self.interval) }
        }
    }

    /// How long each stage took, in their order.
    var times: [(stage: String, seconds: Double)] {
        state.withLock { state in
            state.endStage()
            state.progress = nil
            return state.times
        }
    }

    func update(_ progress: ScanProgress) {
        guard isShown || keepsTimes else { return }
        state.withLock { state in
            if state.stage != progress.stage {
                state.endStage()
                state.stage = progress.stage
                state.stageStarted = .now()
            }
            state.progress = progress
            // A question or a report comes next: nothing may be drawn over it.
            if case .done = progress {
                if state.isDrawn { Terminal.erase() }
                state.isDrawn = false
            }
        }
    }

    /// Takes the line away again.
    func finish() {
        guard isShown else { return }
        state.withLock { state in
            state.isFinished = true
            if state.isDrawn { Terminal.erase() }
        }
    }

    /// - Returns: whether to go on.
    private func draw() -> Bool {
        state.withLock { state in
            guard !state.isFinished else { return false }
            if let progress = state.progress, progress.stage < Self.lastStage {
                let seconds = Double(DispatchTime.now().uptimeNanoseconds - state.stageStarted.uptimeNanoseconds) / 1e9
                Terminal.redraw(Self.text(progress, seconds: seconds))
                state.isDrawn = true
            }
            return true
        }
    }

    static func text(_ progress: ScanProgress, seconds: Double) -> String {
        func rate(_ count: Int) -> String { seconds > 0.1 ? ", \(Count.text(Int(Double(count) / seconds)))/s" : "" }
        switch progress {
        case .listing(let names): return "listing the store: \(Count.text(names)) names\(rate(names))"
        case .reading(let rows): return "reading the catalog: \(Count.text(rows)) rows\(rate(rows))"
        case .measuring(let files, let finished, let all):
            let left = finished > 0 && seconds > 1 ? seconds / Double(finished) * Double(all - finished) : nil
            let share = all > 0 ? finished * 100 / all : 100
            return "measuring: \(Count.text(files)) files\(rate(files)), \(share)% of \(Count.text(all)) entries"
                + (left.map { ", \(Self.duration($0)) left" } ?? "")
        case .confirming: return "looking at dangling records once more"
        case .looking(let done, let all): return Self.count("looking at each orphan again", done, all)
        case .moving(let done, let all): return Self.count("moving aside", done, all)
        case .restoring(let done, let all): return Self.count("putting back", done, all)
        case .purging(let done, let all): return Self.count("removing", done, all)
        case .drilling(let done, let all): return Self.count("drilling", done, all)
        case .done: return ""
        }
    }

    private static func count(_ what: String, _ done: Int, _ all: Int) -> String {
        "\(what): \(Count.text(done)) of \(Count.text(all, "entry", "entries"))"
    }

    private static func duration(_ seconds: Double) -> String {
        let seconds = Int(seconds.rounded(.up))
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
}

extension ScanProgress {
    fileprivate var stageName: String {
        switch self {
        case .listing: "listing"
        case .reading: "reading"
        case .measuring: "measuring"
        case .confirming: "confirming"
        case .looking: "looking"
        case .moving: "moving"
        case .restoring: "restoring"
        case .purging: "purging"
        case .drilling: "drilling"
        case .done: "reporting"
        }
    }

    /// Stages in their order; a rate starts anew with each.
    fileprivate var stage: Int {
        switch self {
        case .listing: 0
        case .reading: 1
        case .measuring: 2
        case .confirming: 3
        case .looking: 4
        case .moving: 5
        case .restoring: 6
        case .purging: 7
        case .drilling: 8
        case .done: 9
        }
    }
}

extension Terminal {
    /// Replaces the current line of standard error.
    fileprivate static func redraw(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K\(text)".utf8))
    }

    fileprivate static func erase() { try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8)) }
}
