"""Draws icon.png, the icon of the packages: points and their line, 128 by 128. Run it in this folder; it needs Python alone."""
import struct
import zlib

SIZE, SUB = 128, 4
BACK, LINE, POINT = (24, 60, 92), (255, 176, 59), (236, 244, 250)
POINTS = [(26, 92), (42, 90), (54, 66), (72, 68), (84, 44), (102, 40)]


def inside_back(x, y):
    """A square with rounded corners of radius 24."""
    dx, dy = max(24 - x, x - (SIZE - 24), 0), max(24 - y, y - (SIZE - 24), 0)
    return dx * dx + dy * dy <= 24 * 24


def colour(x, y):
    if not inside_back(x, y):
        return (0, 0, 0, 0)
    if any((x - px) ** 2 + (y - py) ** 2 <= 36 for px, py in POINTS):
        return POINT + (255,)
    # y = 112 - 0.76 (x - 4), four wide.
    if 12 <= x <= 116 and abs(y - (112 - 0.76 * (x - 4))) <= 3.2:
        return LINE + (255,)
    return BACK + (255,)


def pixel(i, j):
    """The mean of 4 by 4 samples, weighted by their opacity."""
    samples = [colour(j + (b + 0.5) / SUB, i + (a + 0.5) / SUB) for a in range(SUB) for b in range(SUB)]
    alpha = sum(sample[3] for sample in samples)
    if alpha == 0:
        return bytes(4)
    return bytes([round(sum(sample[k] * sample[3] for sample in samples) / alpha) for k in range(3)] + [round(alpha / len(samples))])


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


rows = b"".join(b"\0" + b"".join(pixel(i, j) for j in range(SIZE)) for i in range(SIZE))
with open("icon.png", "wb") as file:
    file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))
