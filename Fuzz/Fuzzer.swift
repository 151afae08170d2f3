internal import FoundlingFuzzing

/// Which reader this run tries: libFuzzer takes no arguments but its own, so that the environment names it.
enum Fuzzer {
    static let target: FuzzTarget = {
        guard let name = Surroundings.value(of: "FOUNDLING_FUZZ_TARGET"), let target = FuzzTarget(rawValue: name) else {
            let known = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
            Surroundings.abort("FOUNDLING_FUZZ_TARGET names none of: \(known)")
        }
        return target
    }()

    /// One input; a broken promise ends the process, which is how libFuzzer learns of it.
    static func run(_ input: UnsafeRawBufferPointer) {
        do throws(Broken) { try target.check(Array(input)) } catch {
            Surroundings.abort("a broken promise of '\(target.rawValue)': \(error)")
        }
    }
}

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Fuzzer.run(UnsafeRawBufferPointer(start: start, count: count))
    return 0
}
