/// One row of a source as the reconciler wants it: what it claims, what it requires, and in which state it is.
///
/// A handle on memory that a catalog fills again and again: millions of rows cost no allocation, no copy, no count of
/// references and no check of exclusive access. Copies of the handle are the same row; one thread at a time has it, and
/// whoever made it frees it.
package struct ClaimRow: @unchecked Sendable {
    private struct Body {
        var resource = 0
        var source = 0
        var key: Range<Int>?
        var isMaking = false
        var isReleased = false
        var text = ReusedBuffer<UInt8>()
        var paths = ReusedBuffer<(rule: Int, path: Range<Int>)>()
        var needs = ReusedBuffer<(group: Int, member: Int, path: Range<Int>)>()
    }

    private let body: UnsafeMutablePointer<Body>

    package init() {
        body = .allocate(capacity: 1)
        body.initialize(to: Body())
    }

    package func deallocate() {
        body.pointee.text.deallocate()
        body.pointee.paths.deallocate()
        body.pointee.needs.deallocate()
        body.deinitialize(count: 1)
        body.deallocate()
    }

    /// The resource and, within it, the source that the row comes from.
    package var resource: Int { body.pointee.resource }
    package var source: Int { body.pointee.source }
    /// The value of the key column as text, in ``bytes``; nil where it was NULL.
    package var key: Range<Int>? { body.pointee.key }
    package var isMaking: Bool {
        get { body.pointee.isMaking }
        nonmutating set { body.pointee.isMaking = newValue }
    }
    package var isReleased: Bool {
        get { body.pointee.isReleased }
        nonmutating set { body.pointee.isReleased = newValue }
    }
    /// Every text of the row; good until the row is filled again.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(body.pointee.text.filled) }
    /// By claim rule.
    package var claims: UnsafeBufferPointer<(rule: Int, path: Range<Int>)> { body.pointee.paths.filled }
    /// By requirement: `group` is all-of, the members of one group are any-of.
    package var requirements: UnsafeBufferPointer<(group: Int, member: Int, path: Range<Int>)> {
        body.pointee.needs.filled
    }

    package func reset(resource: Int, source: Int) {
        body.pointee.resource = resource
        body.pointee.source = source
        body.pointee.key = nil
        body.pointee.isMaking = false
        body.pointee.isReleased = false
        body.pointee.text.count = 0
        body.pointee.paths.count = 0
        body.pointee.needs.count = 0
    }

    /// Where the next bytes go; close them with one of the `end` calls.
    package var mark: Int { body.pointee.text.count }
    package func append(_ part: UnsafeRawBufferPointer) { body.pointee.text.append(contentsOf: part) }
    package func append(_ part: [UInt8]) { part.withUnsafeBytes { body.pointee.text.append(contentsOf: $0) } }
    package func rewind(to mark: Int) { body.pointee.text.count = mark }
    package func endKey(from mark: Int) { body.pointee.key = mark..<self.mark }
    package func endClaim(_ rule: Int, from mark: Int) { body.pointee.paths.append((rule, mark..<self.mark)) }
    package func endRequirement(group: Int, member: Int, from mark: Int) {
        body.pointee.needs.append((group, member, mark..<self.mark))
    }

    package var keyBytes: [UInt8]? { key.map { Array(bytes[$0]) } }
}

/// Memory that is filled again and again, and knows neither owners nor copies; of plain values only.
struct ReusedBuffer<Element> {
    private var memory: UnsafeMutablePointer<Element>?
    private var capacity = 0
    /// Elements in use; the others wait to be filled again.
    var count = 0
    private static var least: Int { 16 }

    @inline(__always)
    var filled: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: memory, count: count) }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count == capacity { grow(to: count + 1) }
        memory.unsafelyUnwrapped.advanced(by: count).initialize(to: element)
        count += 1
    }

    mutating func grow(to needed: Int) {
        let wider = UnsafeMutablePointer<Element>.allocate(capacity: max(needed, 2 * capacity, Self.least))
        if let memory {
            wider.moveInitialize(from: memory, count: count)
            memory.deallocate()
        }
        (memory, capacity) = (wider, max(needed, 2 * capacity, Self.least))
    }

    func deallocate() { memory?.deallocate() }
}

extension ReusedBuffer where Element == UInt8 {
    @inline(__always)
    mutating func append(contentsOf part: UnsafeRawBufferPointer) {
        guard let start = part.baseAddress, part.count > 0 else { return }
        if count + part.count > capacity { grow(to: count + part.count) }
        UnsafeMutableRawPointer(memory.unsafelyUnwrapped + count).copyMemory(from: start, byteCount: part.count)
        count += part.count
    }
}
