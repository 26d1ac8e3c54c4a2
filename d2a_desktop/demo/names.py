"""Names and places that are plainly made up, so that nobody takes a demo person for a real one."""

from __future__ import annotations

FAMILIES = (
    "Testham", "Demoowicz", "Sampleby", "Exampleton", "Trialford", "Mockridge", "Specimen-Hall",
    "Dummylow", "Próbová", "Provaová", "Übungsmann", "Fictionwood", "Placeholdt", "Pretenderby",
    "Synthwell", "Nowhereson", "Mustermann", "Modelli", "Ćwiczeńska", "MacDemo", "ap Enghraifft",
    "Dæmisson", "Beispielmann", "Exempelgård", "Ejemploso", "Esempietti", "Esimerkkinen",
    "Örnekoğlu", "Udaharana", "Templateson", "Draftley", "Rehearsal-Jones", "Playfictional",
    "Imaginary-Reed", "Notarealwood", "Trainingham", "Simulworth", "Prototyre", "Stubbington-Test",
    "Fixtureby", "Seedling-Demo", "Makebelieve", "Pretendowska", "Mockington", "Samplewright",
    "Testerholm", "Beispielová", "Exemplarsky", "Fictivesson", "Demonstrale", "Inventham",
    "Phantomley", "Modelworth", "Trialsmith", "Dryrunley", "Sketchford", "Fauxbourne",
)  # fmt: skip

FEMALE = (
    "Margaret", "Aoife", "Zoë", "Jiřina", "Siân", "Beatrice", "Priscilla", "Hyacinth", "Renée",
    "Agnieszka", "Olwen", "Mabel", "Philippa", "Ingeborg", "Concepción", "Thelma", "Gülşen",
    "Winifred", "Amrita", "Edith",
)  # fmt: skip

MALE = (
    "Arthur", "Łukasz", "Björn", "Cecil", "Tomáš", "Desmond", "François", "Harold", "Iorwerth",
    "Jürgen", "Kenneth", "Magnús", "Norman", "Óscar", "Percy", "Rafał", "Stanley", "Umberto",
    "Vikram", "Wilfred",
)  # fmt: skip

STREETS = (
    "Sample Street", "Pattern Lane", "Trial Close", "Example Road", "Mock Terrace", "Fiction Mews",
    "Demo Avenue", "Rehearsal Row", "Placeholder Place", "Imaginary Way",
)  # fmt: skip

# Inward halves with C, I, K, M, O or V were never issued; Royal Mail's area letters are real so
# that outward postcodes look as they do in life.
OUTWARDS = ("PO4", "PO5", "PO6", "PO7", "PO8", "PO9", "SO31", "GU32")

WORKER_FEMALE = (
    "Grace", "Blessing", "Ewa", "Temi", "Joyce", "Ilinca", "Nomsa", "Rosa", "Chipo", "Anca",
    "Lerato", "Dorota", "Faith", "Mercy", "Valentina", "Adaeze", "Zanele", "Katya", "Marisol",
    "Hope",
)  # fmt: skip

WORKER_MALE = (
    "Samuel", "Piotr", "Kwame", "Ionuț", "Tendai", "Marek", "Joseph", "Emeka", "Andrei", "Sipho",
)  # fmt: skip

CONSULTANTS = ("Dr A Sample", "Dr B Trial", "Dr C Pattern", "Miss D Example")


def longest(start: str) -> str:
    """Return `start` carried on to thirty-five characters, the longest a name may be."""
    filler = "-Longsample-Testington-Demonstration-Name"
    return (start + filler)[:35].rstrip("-").ljust(35, "e")
