/// How far a scan, or an act, has come; told often, shown by whoever wants to.
package enum ScanProgress: Sendable {
    case listing(names: Int)
    case reading(rows: Int)
    case measuring(files: Int, finished: Int, of: Int)
    case confirming
    case looking(done: Int, of: Int)
    case moving(done: Int, of: Int)
    case restoring(done: Int, of: Int)
    case purging(done: Int, of: Int)
    case drilling(done: Int, of: Int)
    case done
}
