"""Pictures from out of doors: the emergency ward at night, a bicycle at dusk, a walk."""

import math

from examples.brush import Sheet, curve, scatter


def night_at_the_emergency_ward(sheet: Sheet) -> Sheet:
    """Show a lit window at night: a child asleep on an arm, and somebody with a blanket."""
    sheet.sky("#0d1638", "#1b2a5c", "#31427a")
    for n, (x, y) in enumerate(scatter(60, (0, 0, 1200, 250))):
        sheet.disc((x, y), 2 + n % 3, "#e8ecffb0")
    sheet.glow((1010, 118), 260, "#fff3c914").disc((1010, 118), 104, "#fdf3d0")
    sheet.disc((988, 104), 22, "#f0e2b4").disc((1030, 136), 15, "#f0e2b4")
    sheet.sky("#263358", "#1d2846", box=(0, 214, 1200, 800)).box((0, 206, 1200, 226), "#33426e")
    for x in (50, 1010):
        for y in (290, 420):
            sheet.box((x, y, x + 140, y + 90), "#141d38", corner=6)
    sheet.box((1010, 290, 1150, 380), "#8a6b4f", corner=6)
    _waiting_room(sheet)
    sheet.sky("#141c33", "#10172b", box=(0, 712, 1200, 800))
    sheet.shape([(280, 712), (920, 712), (1010, 800), (190, 800)], "#5b4746")
    for x in (40, 96, 1090, 1150):
        sheet.disc((x, 716), 120, "#1c3a3c").disc((x + 24, 724), 90, "#24494a")
    return sheet


def _waiting_room(sheet: Sheet) -> None:
    sheet.box((236, 262, 964, 692), "#6d5550", corner=22).box((252, 276, 948, 680), "#10182e")
    sheet.sky("#ffe6a9", "#fbcf86", box=(266, 290, 934, 666))
    sheet.box((266, 600, 934, 666), "#d99e62")
    sheet.disc((508, 362), 92, "#8a5a3c").disc((508, 362), 78, "#fffaf0")
    sheet.stroke([(508, 362), (480, 362)], "#3c2a3f", 5).stroke(
        [(508, 362), (527, 357)], "#3c2a3f", 6
    )
    for x in (316, 424):
        sheet.box((x, 520, x + 96, 610), "#5d7fa3", corner=10)
        sheet.box((x + 12, 604, x + 20, 646), "#3d5673").box((x + 76, 604, x + 84, 646), "#3d5673")
    sheet.box((318, 466, 408, 604), "#2f5d62", corner=34)
    sheet.box((340, 576, 452, 616), "#34415f", corner=18).box(
        (420, 584, 452, 650), "#34415f", corner=14
    )
    sheet.disc((368, 440), 66, "#e9b48e").slice((332, 402, 404, 472), 180, 360, "#4a2f27")
    sheet.box((384, 512, 462, 590), "#d8594c", corner=28)
    sheet.disc((416, 494), 50, "#f0c19d").slice((388, 464, 444, 516), 180, 360, "#7b4a2b")
    sheet.arc((372, 440, 388, 452), 10, 170, "#3c2a3f", 3)
    sheet.arc((402, 492, 414, 502), 10, 170, "#3c2a3f", 3).arc(
        (420, 492, 432, 502), 10, 170, "#3c2a3f", 3
    )
    sheet.stroke([(350, 516), (372, 560), (430, 566)], "#2f5d62", 26)
    sheet.box((700, 452, 790, 596), "#4fa3a0", corner=30).box(
        (706, 584, 742, 656), "#3f8a88", corner=10
    )
    sheet.box((748, 584, 784, 656), "#3f8a88", corner=10)
    sheet.disc((786, 412), 36, "#231a22").disc((746, 416), 68, "#a8704d")
    sheet.slice((708, 376, 784, 448), 180, 360, "#231a22").disc((728, 420), 6, "#231a22")
    sheet.disc((748, 420), 6, "#231a22").arc((726, 422, 750, 440), 20, 160, "#231a22", 3)
    sheet.stroke([(712, 486), (668, 530), (634, 530)], "#4fa3a0", 24)
    sheet.box((560, 506, 662, 596), "#f7f2ea", corner=12)
    for y in (524, 548, 572):
        sheet.box((560, y, 662, y + 9), "#e08a63")
    sheet.disc((636, 530), 28, "#a8704d")
    sheet.box((858, 556, 904, 640), "#b86f4b", corner=8)
    for lean, tall in ((-44, 96), (0, 130), (40, 92)):
        sheet.shape(curve((881, 560), (881 + lean, 520), (881 + lean, 560 - tall)), "#4c8a5a")
        sheet.stroke([(881, 560), (881 + lean, 560 - tall)], "#4c8a5a", 12)
    sheet.box((594, 276, 606, 680), "#10182e")


def bicycle_and_helmet(sheet: Sheet) -> Sheet:
    """Show a bicycle at dusk with its lamps lit and a yellow helmet waiting on the saddle."""
    sheet.sky("#2b2f63", "#7a4f88", "#e88f76", "#f9c784")
    for x, tall, wide in ((0, 210, 170), (150, 300, 120), (262, 180, 150), (700, 250, 130)):
        sheet.box((x, 590 - tall, x + wide, 600), "#3d3563")
    for x, tall, wide in ((402, 250, 110), (505, 160, 200), (822, 170, 170), (985, 280, 215)):
        sheet.box((x, 590 - tall, x + wide, 600), "#463a6d")
    for x, y in ((40, 420), (104, 420), (40, 480), (190, 330), (190, 390), (300, 450), (362, 450)):
        sheet.box((x, y, x + 18, y + 26), "#f3c98b")
    for x, y in ((640, 460), (880, 450), (930, 450), (1030, 350), (1090, 350), (1146, 410)):
        sheet.box((x, y, x + 18, y + 26), "#f3c98b")
    sheet.sky("#3b3657", "#272640", box=(0, 590, 1200, 800)).box((0, 586, 1200, 598), "#554a78")
    for x in range(40, 1200, 190):
        sheet.box((x, 744, x + 96, 754), "#8a83a880", corner=5)
    sheet.shape([(838, 392), (1200, 400), (1200, 700), (838, 408)], "#fff0b03c")
    sheet.shape([(838, 394), (1200, 440), (1200, 620), (838, 404)], "#fff0b040")
    _bicycle(sheet)
    _helmet(sheet, 456, 146)
    return sheet


def _bicycle(sheet: Sheet) -> None:
    sheet.disc((580, 716), 760, "#1d1c3050", down=26)
    for x in (340, 820):
        sheet.ring((x, 560), 308, "#1b1b2b", 17).ring((x, 560), 274, "#c9cde0", 5)
        for spoke in range(0, 180, 20):
            dx, dy = math.cos(math.radians(spoke)) * 134, math.sin(math.radians(spoke)) * 134
            sheet.stroke([(x - dx, 560 - dy), (x + dx, 560 + dy)], "#a9aec6", 2)
        sheet.disc((x, 560), 30, "#e6e9f5")
        sheet.box((x - 5, 446, x + 5, 468), "#ff8c42").box((x - 5, 652, x + 5, 674), "#ff8c42")
    frame = "#12a594"
    sheet.stroke([(340, 560), (470, 372), (716, 372)], frame, 18)
    sheet.stroke([(340, 560), (548, 572), (470, 372)], frame, 18)
    sheet.stroke([(548, 572), (724, 392)], frame, 18)
    sheet.stroke([(706, 318), (738, 424), (820, 560)], "#e6e9f5", 16)
    sheet.stroke([(470, 372), (454, 322)], "#e6e9f5", 14)
    sheet.shape([(388, 298), (520, 302), (512, 324), (446, 330), (392, 322)], "#20202f")
    sheet.stroke([(640, 306), (706, 310), (768, 288)], "#20202f", 18)
    sheet.disc((548, 572), 84, "#20202f").disc((548, 572), 52, "#e6e9f5").disc(
        (548, 572), 20, "#20202f"
    )
    sheet.stroke([(548, 572), (590, 640)], "#20202f", 12).box(
        (560, 636, 630, 652), "#20202f", corner=6
    )
    sheet.stroke([(548, 532), (340, 546)], "#20202f", 5).stroke(
        [(548, 612), (340, 574)], "#20202f", 5
    )
    sheet.glow((838, 398), 210, "#fff3b826").box((786, 380, 836, 416), "#20202f", corner=10)
    sheet.disc((838, 398), 40, "#fffbe0", down=46).stroke([(744, 398), (790, 398)], "#20202f", 10)
    sheet.glow((352, 396), 120, "#ff4d4d30").box((338, 384, 366, 410), "#ff5a4e", corner=7)
    sheet.stroke([(366, 398), (452, 398)], "#20202f", 8)


def _helmet(sheet: Sheet, x: float, y: float) -> None:
    sheet.stroke([(x - 60, y + 142), (x - 52, y + 216), (x - 40, y + 234)], "#20202f", 7)
    sheet.stroke([(x + 66, y + 142), (x + 58, y + 208), (x + 66, y + 228)], "#20202f", 7)
    sheet.box((x - 50, y + 226, x - 30, y + 242), "#e5533d", corner=4)
    sheet.slice((x - 132, y + 28, x + 128, y + 252), 180, 360, "#ffd23f")
    sheet.shape(
        [(x - 132, y + 138), (x + 128, y + 138), (x + 150, y + 156), (x - 122, y + 160)], "#e0a91f"
    )
    for lean in (-74, -2, 68):
        top, low = (x + lean * 0.62, y + 58), (x + lean, y + 120)
        sheet.stroke([top, low], "#a8781a", 20)


def november_walk(sheet: Sheet) -> Sheet:
    """Show two people and a dog on a path by the water, in the low light of November."""
    sheet.sky("#9fc4dc", "#f3d9b8", "#ffe9bf", box=(0, 0, 1200, 430))
    sheet.glow((840, 300), 420, "#fff6d61c").disc((840, 300), 110, "#fffbe6")
    sheet.shape(curve((0, 400), (260, 250), (640, 400)), "#8aa7ad")
    sheet.shape([*curve((420, 410), (900, 290), (1200, 400)), (1200, 420)], "#7896a0")
    sheet.sky("#a9c9d3", "#7fb0c2", box=(0, 396, 1200, 520))
    for y, wide in ((410, 150), (432, 110), (456, 170), (482, 90)):
        sheet.box((840 - wide / 2, y, 840 + wide / 2, y + 7), "#fff4cf", corner=3)
    sheet.shape(
        [(0, 500), *curve((0, 500), (500, 440), (1200, 520)), (1200, 800), (0, 800)], "#c98f3f"
    )
    sheet.shape(
        [(0, 600), *curve((0, 600), (420, 520), (1200, 660)), (1200, 800), (0, 800)], "#b0762f"
    )
    path = [*curve((560, 482), (860, 560), (420, 800)), *curve((900, 800), (960, 560), (590, 484))]
    sheet.shape(path, "#ecd6a8")
    for n, leaf in enumerate(scatter(36, (0, 560, 1200, 800))):
        colour = ("#e2a63a", "#d9652f", "#8f4f24", "#f2c65a")[n % 4]
        sheet.disc(leaf, 13, colour, down=7)
    for root, base, wide in ((110, 690, 40), (258, 610, 28), (1086, 700, 42), (960, 590, 24)):
        _birch(sheet, root, base, wide)
    _walkers(sheet)
    return sheet


def _birch(sheet: Sheet, x: float, base: float, wide: float) -> None:
    top = base - wide * 15
    for n in range(7):
        side, y = (-1 if n % 2 else 1), top + wide * (1.2 + n * 1.1)
        reach = wide * (1.6 + n * 0.42)
        bough = curve(
            (x, y), (x + side * reach * 0.7, y - wide), (x + side * reach, y - wide * 2.4)
        )
        sheet.stroke(bough[::4], "#7a675c", wide / 9)
        for leaf, (at_x, at_y) in enumerate(bough[16::8]):
            colour = ("#e9b64a", "#f1c965", "#dd9a35")[(n + leaf) % 3]
            drop = wide * (0.25 if leaf % 2 else -0.2)
            sheet.disc((at_x, at_y + drop), wide * 0.7, colour, down=wide * 0.56)
    half, tip = wide / 2, wide / 8
    sheet.shape([(x - half, base), (x - tip, top), (x + tip, top), (x + half, base)], "#f6f1e6")
    for n in range(9):
        y = base - (n + 0.6) * (base - top) / 11
        mark, middle = wide * (0.24 - n * 0.012), x + (-1 if n % 2 else 1) * wide * 0.1
        sheet.box((middle - mark, y, middle + mark, y + wide / 7), "#4a4240", corner=wide / 14)


def _walkers(sheet: Sheet) -> None:
    sheet.disc((640, 716), 290, "#7a4f2240", down=22)
    for x, coat, legs, hat, hair in (
        (590, "#c8453b", "#2d3350", "#f4e3c1", "#7a5236"),
        (684, "#2f6f73", "#3b2f3a", "#e9b64a", "#c9974f"),
    ):
        sheet.stroke([(x - 8, 610), (x - 26, 704)], legs, 24).stroke(
            [(x + 8, 610), (x + 26, 700)], legs, 24
        )
        sheet.box((x - 42, 478, x + 42, 630), coat, corner=34)
        sheet.box((x - 42, 566, x + 42, 578), "#f4f7f2").disc((x, 448), 60, hair)
        sheet.slice((x - 34, 412, x + 34, 476), 180, 360, hat).disc((x, 410), 20, hat)
        sheet.box((x - 34, 440, x + 34, 452), hat, corner=5)
    sheet.stroke([(620, 512), (638, 560), (656, 512)], "#c8453b", 20)
    sheet.stroke([(722, 520), (752, 580)], "#2f6f73", 20).stroke(
        [(754, 584), (812, 652)], "#4a3b3b", 3
    )
    sheet.box((806, 642, 900, 684), "#f2e6d2", corner=20).disc((816, 640), 44, "#f2e6d2")
    sheet.box((784, 638, 816, 658), "#f2e6d2", corner=9).disc((788, 643), 11, "#33272a")
    sheet.disc((808, 633), 6, "#33272a").disc((832, 640), 20, "#8a5a34", down=34)
    for x in (822, 838, 872, 888):
        sheet.stroke([(x, 676), (x, 710)], "#e3d3b8", 9)
    sheet.stroke(curve((896, 656), (924, 646), (922, 618)), "#f2e6d2", 9)
