/// Fills `${NAME}` and `${NAME:-default}` from the environment.
///
/// Names may appear in messages, values never do: an environment holds secrets.
struct Variables {
    let environment: [String: String]

    /// What cannot be filled in, and at which byte of the text.
    struct Mistake {
        let message: String
        let offset: Int
    }

    func expand(_ text: String) -> (text: String, mistakes: [Mistake]) {
        var result: [UInt8] = []
        var mistakes: [Mistake] = []
        let bytes = Array(text.utf8)
        var i = 0
        while i < bytes.count {
            guard bytes[i] == UInt8(ascii: "$"), i + 1 < bytes.count, bytes[i + 1] == UInt8(ascii: "{") else {
                result.append(bytes[i])
                i += 1
                continue
            }
            guard let end = bytes[i...].firstIndex(of: UInt8(ascii: "}")) else {
                mistakes.append(Mistake(message: "'${' without '}'", offset: i))
                break
            }
            switch value(of: String(decoding: bytes[(i + 2)..<end], as: UTF8.self)) {
            case .success(let value): result += value.utf8
            case .failure(let refusal): mistakes.append(Mistake(message: refusal.message, offset: i))
            }
            i = end + 1
        }
        return (String(decoding: result, as: UTF8.self), mistakes)
    }

    /// The text is nothing but one `${NAME}`, and the environment has no such variable.
    func isOneUnsetVariable(_ text: String) -> Bool {
        guard text.hasPrefix("${"), text.hasSuffix("}") else { return false }
        let name = text.dropFirst(2).dropLast()
        return !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            && environment[String(name)] == nil
    }

    private struct Refusal: Error {
        let message: String
    }

    private func value(of reference: String) -> Result<String, Refusal> {
        let name = reference.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        let rest = reference[name.endIndex...]
        guard !name.isEmpty, name.first?.isNumber == false, rest.isEmpty || rest.hasPrefix(":-") else {
            // What stands here may be anything, a secret too: it is not repeated.
            return .failure(Refusal(message: "a variable is written ${NAME} or ${NAME:-default}"))
        }
        let value = environment[String(name)]
        if !rest.isEmpty { return .success(value.flatMap { $0.isEmpty ? nil : $0 } ?? String(rest.dropFirst(2))) }
        guard let value else {
            return .failure(
                Refusal(message: "the environment variable \(name) is not set; set it, or write ${\(name):-default}"))
        }
        return .success(value)
    }
}
