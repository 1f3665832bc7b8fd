"""What the page that flashes a board says."""

# key: (Dutch, English)
FLASH_TEXTS = {
    "flash.path": ("flashen", "flash"),
    "flash.title": ("Software op een bordje zetten", "Put the software on a board"),
    "flash.lead": (
        "Met een USB-kabel en deze pagina wordt een bordje een meetpunt. Er hoeft niets "
        "geïnstalleerd te worden.",
        "With a USB cable and this page a board becomes a node. There is nothing to install.",
    ),
    "flash.none": (
        "Wie deze site beheert heeft hier nog geen software klaargezet. Het kan wel met een kabel "
        "en de opdracht hieronder.",
        "Who runs this site has put no software here yet. It can be done with a cable and the "
        "command below.",
    ),
    "flash.noscript": (
        "De knoppen hieronder werken alleen met JavaScript.",
        "The buttons below work with JavaScript only.",
    ),
    "flash.unsupported": (
        "Deze browser kan niet met een USB-kabel praten. Chrome, Edge en Opera op een computer "
        "kunnen het wel.",
        "This browser cannot speak over a USB cable. Chrome, Edge and Opera on a computer can.",
    ),
    "flash.insecure": (
        "Een browser praat alleen met een USB-kabel op een beveiligde pagina. Open deze pagina met "
        "https:// in plaats van http://.",
        "A browser speaks over a USB cable on a secure page only. Open this page with https:// and "
        "not http://.",
    ),
    "flash.install": ("Zet software op {board}", "Put software on {board}"),
    "flash.version": ("Versie {version}", "Version {version}"),
    "flash.board.f1": ("F1: vast kastje", "F1: fixed box"),
    "flash.board.b1": (
        "B1: fiets, LilyGO T-Beam Supreme",
        "B1: bike, LilyGO T-Beam Supreme",
    ),
    "flash.board.b2": ("B2: fiets, XIAO ESP32S3", "B2: bike, XIAO ESP32S3"),
    "flash.steps": ("Zo gaat het", "How it goes"),
    "flash.step.cable": (
        "Sluit het bordje aan met een kabel die ook gegevens doorgeeft.",
        "Connect the board with a cable that carries data.",
    ),
    "flash.step.button": (
        "Druk op de knop van uw soort bordje. Verschijnt het niet in de lijst: houd BOOT "
        "ingedrukt, druk op RESET en laat BOOT los.",
        "Press the button of your kind of board. When it is not in the list: hold BOOT, press "
        "RESET and let BOOT go.",
    ),
    "flash.step.port": (
        "Kies de poort, en dan INSTALL. Wissen hoeft alleen als u alles wilt vergeten. Duurt het "
        "te lang of gaat de kabel los: begin opnieuw, dat kan altijd. De vensters zijn in het "
        "Engels.",
        "Choose the port, then INSTALL. Erase only to forget everything. When it takes too long, "
        "or the cable comes loose, begin again; that is always possible.",
    ),
    "flash.step.wifi": (
        "Daarna vraagt hetzelfde venster om uw wifi (Improv): alleen netwerken op 2,4 GHz.",
        "Then the same window asks for your Wi-Fi (Improv): networks on 2.4 GHz only.",
    ),
    "flash.step.password": (
        "Voeg het meetpunt toe op uw eigen pagina. Houd de knop van het bordje drie seconden "
        "ingedrukt en vul in zijn formulier de naam en het wachtwoord in die u daar krijgt.",
        "Add the node on your own page. Hold the button of the board for three seconds and fill "
        "in its form with the name and the password that you get there.",
    ),
    "flash.step.light": (
        "Het lampje flitst kort, elke tien seconden, als alles goed is.",
        "Its light flashes shortly, every ten seconds, when all is well.",
    ),
    "flash.other": ("Met één opdracht", "By one command"),
    "flash.other.text": (
        "Wie de broncode heeft, doet alles in één keer, tot en met de eerste meting:",
        "Who has the source does it all at once, up to the first sample:",
    ),
}
