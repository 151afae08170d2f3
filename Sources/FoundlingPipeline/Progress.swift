/// How far a scan has come; told often, shown by whoever wants to.
package enum ScanProgress: Sendable {
    case listing(names: Int)
    case reading(rows: Int)
    case measuring(files: Int, finished: Int, of: Int)
    case confirming
    case done
}
