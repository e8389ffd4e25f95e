import Foundation

/// A record of tests/vectors: lines `key = value` under a line `[name]`.
struct Vector: Equatable {
    let name: String
    var values: [String: String] = [:]

    /// The bytes that `key` gives in hexadecimal, nil if the record does not have it.
    func bytes(_ key: String) throws -> Data? {
        try values[key].map { text in
            let digits = Array(text.utf8)
            guard digits.count.isMultiple(of: 2) else { throw VectorError("[\(name)] \(key): an odd number of digits") }
            return try Data(stride(from: 0, to: digits.count, by: 2).map { place in
                guard let byte = UInt8(String(decoding: digits[place...(place + 1)], as: UTF8.self), radix: 16) else {
                    throw VectorError("[\(name)] \(key): not hexadecimal at digit \(place)")
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
                records.append(Vector(name: String(line.dropFirst().dropLast())))
                continue
            }
            guard let sign = line.firstIndex(of: "="), !records.isEmpty else {
                throw VectorError("tests/vectors/\(file), line \(number + 1): neither a record nor a value of one")
            }
            let key = line[..<sign].trimmingCharacters(in: .whitespaces)
            records[records.count - 1].values[key] = line[line.index(after: sign)...].trimmingCharacters(in: .whitespaces)
        }
        guard !records.isEmpty else { throw VectorError("tests/vectors/\(file) has no record") }
        return records
    }
}

struct VectorError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
