"""Passwords that a person can read off one screen and type into another."""

import secrets

WORDS = """
abeille abricot acacia agenda aiguille ajonc alouette amande ancre anneau arbre ardoise argile armoire avion
avril bague balcon balise ballon bambou banane barque basilic bateau biscuit blason bocal bonnet bougie boussole
brise cabane cadran caillou canard carafe carnet castor cerise chalet chemise cigale citron clocher colline
copeau corail dauphin diamant dimanche domino dune effort encre engrenage escalier espace fable falaise farine
fenouil feuille ficelle flamme fontaine fourmi framboise fusain galet gamelle garrigue genou girafe glacier
gomme goutte grelot grenier guitare hameau hamac harpe herbe hibou horizon horloge huile iris jardin jasmin
javelot jonquille journal jupe kiosque lagune laine lampe lavande lessive lierre limace loutre lucarne lundi
machine maison marmite marron matin mercredi merle meuble miroir moineau montagne moulin muguet navire neige
noisette nuage octobre olive ombre orange ordinateur osier ourson palmier panier papier parapluie pendule persil
phare pinceau pivoine planche plume pommier poterie prairie prune puits radeau raisin rameau rivage roseau ruban
sable safran samedi sapin saule savon serrure sifflet soleil source statue tabouret tambour tapis terrasse
tomate tilleul tortue tournesol tulipe tunnel vague valise vanille vendredi verger violon visage voiture voyage
wagon zeste
""".split()  # noqa: SIM905 - easier to read and to tend than quoted words


def readable_password(words: int = 4) -> str:
    """A random password of so many French words, each worth 7.5 bits, joined by hyphens."""
    return "-".join(secrets.choice(WORDS) for _ in range(words))
