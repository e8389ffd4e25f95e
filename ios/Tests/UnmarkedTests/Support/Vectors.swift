import Foundation
import UnmarkedCore

/// A record of tests/vectors: lines `key = value` under a line `[name]`.
struct Vector: CustomStringConvertible {
    /// All files of tests/vectors.
    static let files = ["strip.txt", "recode.txt", "rebuild.txt"]

    let file: String
    let name: String
    var values: [String: String] = [:]

    var description: String { "\(file) [\(name)]" }

    /// What it asks for: without settings Strip, and Rebuild at full size and quality 90. Nothing stands
    /// in for its method. A setting that is not known is an error: the photo would be held to another.
    func policy() throws -> CleaningPolicy {
        var method = CleaningMethod.strip
        var (longestEdge, quality, grey) = (UInt32?.none, UInt8(90), false)
        var redactions: [RedactionShape] = []
        for (key, value) in values {
            let wrong = VectorError("\(self) \(key) = \(value): not known")
            func read<Setting>(_ setting: Setting?) throws -> Setting {
                guard let setting else { throw wrong }
                return setting
            }
            switch key {
            case "in", "out", "refused", "check": continue
            case "method": method = try read(["strip": .strip, "recode": .recode, "rebuild": .rebuild][value])
            case "longest_edge": longestEdge = try read(UInt32(value))
            case "quality": quality = try read(UInt8(value))
            case "grey": grey = try read(Bool(value))
            case "redact":
                let sides = try value.split(separator: ",", omittingEmptySubsequences: false).map { try read(UInt16($0)) }
                guard sides.count == 4 else { throw wrong }
                redactions = [
                    .rectangle(x: Int32(sides[0]), y: Int32(sides[1]), width: UInt32(sides[2]), height: UInt32(sides[3]))
                ]
            default: throw wrong
            }
        }
        let rebuild = RebuildSettings(longestEdge: longestEdge, quality: quality, grey: grey, redactions: redactions)
        return CleaningPolicy(method: method, rebuildIfRefused: false, rebuild: rebuild)
    }

    /// The bytes that `key` gives in hexadecimal, nil if the record does not have it.
    func bytes(_ key: String) throws -> Data? {
        try values[key].map { text in
            let digits = Array(text.utf8)
            guard digits.count.isMultiple(of: 2) else { throw VectorError("\(self) \(key): an odd number of digits") }
            return try Data(stride(from: 0, to: digits.count, by: 2).map { place in
                guard let byte = UInt8(String(decoding: digits[place...(place + 1)], as: UTF8.self), radix: 16) else {
                    throw VectorError("\(self) \(key): not hexadecimal at digit \(place)")
                }
                return byte
            })
        }
    }

    /// The records of `file` in tests/vectors. A file that is missing or has none is an error.
    static func read(_ file: String) throws -> [Vector] {
        // ios/Tests/UnmarkedTests/Support/Vectors.swift: five steps up is the checkout.
        let checkout = (0..<5).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let url = checkout.appendingPathComponent("tests/vectors/\(file)")
        guard let text = try? String(contentsOf: url, encoding: .utf8) else {
            throw VectorError("tests/vectors/\(file) cannot be read")
        }
        return try parse(text, file: file)
    }

    static func parse(_ text: String, file: String) throws -> [Vector] {
        var records: [Vector] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("["), line.hasSuffix("]") {
                records.append(Vector(file: file, name: String(line.dropFirst().dropLast())))
                continue
            }
            guard let sign = line.firstIndex(of: "="), !records.isEmpty else {
                throw VectorError("tests/vectors/\(file), line \(number + 1): neither a record nor a value of one")
            }
            let key = line[..<sign].trimmingCharacters(in: .whitespaces)
            let value = line[line.index(after: sign)...].trimmingCharacters(in: .whitespaces)
            guard records[records.count - 1].values.updateValue(value, forKey: key) == nil else {
                throw VectorError("tests/vectors/\(file), line \(number + 1): \(key) again")
            }
        }
        guard !records.isEmpty else { throw VectorError("tests/vectors/\(file) has no record") }
        return records
    }
}

struct VectorError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
