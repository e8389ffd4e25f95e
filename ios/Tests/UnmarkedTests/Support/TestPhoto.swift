import Foundation

/// Grey baseline JPEGs (ITU-T T.81) made by code, with marks planted in their carriers.
struct TestPhoto {
    /// What every planted mark contains. No clean photo may.
    static let mark = "PLANTED"

    /// Blocks of 8 × 8 pixels across and down.
    var blocks = 2
    /// True to plant a mark in every carrier below.
    var marked = true

    /// The file.
    var bytes: Data {
        var file = Data([0xFF, 0xD8])
        if marked {
            file += segment(0xE1, Data("Exif\0\0".utf8) + exif)
            file += segment(0xE1, Data("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>\(Self.mark)-XMP</x:xmpmeta>".utf8))
            file += segment(0xED, Data("Photoshop 3.0\0".utf8) + iptc)
            file += segment(0xE9, Data("\(Self.mark)-APP9".utf8))
            file += segment(0xFE, Data("\(Self.mark)-COM".utf8))
        }
        file += segment(0xDB, Data([0x00]) + Data(repeating: 8, count: 64))
        let side = UInt16(blocks * 8)
        file += segment(0xC0, Data([8]) + big(side) + big(side) + Data([1, 1, 0x11, 0]))
        // DC: "0" no difference, "10" a difference of one bit. AC: "0" end of block.
        file += segment(0xC4, Data([0x00, 1, 1] + Array(repeating: 0, count: 14) + [0, 1]))
        file += segment(0xC4, Data([0x10, 1] + Array(repeating: 0, count: 15) + [0]))
        file += segment(0xDA, Data([1, 1, 0x00, 0, 63, 0]))
        file += scan
        file += [0xFF, 0xD9]
        if marked { file += Data("\(Self.mark)-TRAILER".utf8) }
        return file
    }

    /// The coded picture: differences of −1, 0 and 1 in an order that does not repeat soon, so that
    /// a piece of it that is lost, doubled or moved shows.
    private var scan: Data {
        var bits = BitWriter()
        var noise: UInt32 = 1
        var level = 0
        for _ in 0..<(blocks * blocks) {
            noise = noise &* 1_664_525 &+ 1_013_904_223
            switch noise >> 30 {
            case 0:
                bits.write(0b0, count: 1)
            default:
                let up = level <= 0
                level += up ? 1 : -1
                bits.write(up ? 0b101 : 0b100, count: 3)
            }
            bits.write(0b0, count: 1)
        }
        return bits.finish()
    }

    /// A TIFF block, little-endian, with Make (0x010F) and Artist (0x013B).
    private var exif: Data {
        let make = Data("\(Self.mark)-MAKE\0".utf8)
        let artist = Data("\(Self.mark)-ARTIST\0".utf8)
        let values = 8 + 2 + 2 * 12 + 4
        var block = Data("II".utf8) + little(UInt16(42)) + little(UInt32(8)) + little(UInt16(2))
        block += little(UInt16(0x010F)) + little(UInt16(2)) + little(UInt32(make.count)) + little(UInt32(values))
        block += little(UInt16(0x013B)) + little(UInt16(2)) + little(UInt32(artist.count))
        block += little(UInt32(values + make.count)) + little(UInt32(0))
        return block + make + artist
    }

    /// An image resource 0x0404 with the IPTC data set 2:80 (by-line).
    private var iptc: Data {
        let byline = Data("\(Self.mark)-BYLINE".utf8)
        let records = Data([0x1C, 2, 80]) + big(UInt16(byline.count)) + byline
        let padding = Data(count: records.count % 2)
        return Data("8BIM".utf8) + big(UInt16(0x0404)) + Data([0, 0]) + big(UInt32(records.count)) + records + padding
    }

    private func segment(_ marker: UInt8, _ payload: Data) -> Data {
        Data([0xFF, marker]) + big(UInt16(payload.count + 2)) + payload
    }

    private func big<Number: FixedWidthInteger>(_ number: Number) -> Data {
        withUnsafeBytes(of: number.bigEndian) { Data($0) }
    }

    private func little<Number: FixedWidthInteger>(_ number: Number) -> Data {
        withUnsafeBytes(of: number.littleEndian) { Data($0) }
    }
}

/// Entropy-coded bytes: most significant bit first, a zero byte after each 0xFF, ones at the end.
private struct BitWriter {
    private var bytes: [UInt8] = []
    private var pending: UInt32 = 0
    private var count = 0

    mutating func write(_ bits: UInt32, count added: Int) {
        pending = pending << UInt32(added) | bits
        count += added
        while count >= 8 {
            count -= 8
            let byte = UInt8(truncatingIfNeeded: pending >> UInt32(count))
            bytes.append(byte)
            if byte == 0xFF { bytes.append(0) }
        }
    }

    mutating func finish() -> Data {
        if count > 0 { write((1 << UInt32(8 - count)) - 1, count: 8 - count) }
        return Data(bytes)
    }
}
