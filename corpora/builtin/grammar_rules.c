/* The syntax of the built-in corpus, as data.
 *
 *   Head[arg,..] -> 3 one way | another way    a rule; a number in front is a weight, else 1
 *   Head[arg,..] = word word                   a word class, in grammar_words.c
 *   x : value value                            the values that the variable x runs through
 *
 * An argument of one letter is a variable. In the head it takes the value that is asked for, and
 * carries it to wherever the rule mentions it again, however far along the sentence: that is all
 * there is to agreement. Only on the right, it stands for each of its values in turn. Of several
 * heads that fit, the first counts. A name of two letters or more that begins with a capital is
 * a symbol, "_" is nothing at all, anything else is a word. No symbol may derive itself.
 *
 * Arguments: n, m number; k who acts (man woman folk firm body); t tense, or the infinitive; e is
 * "free" while the time may still be named, "set" where it was or must not be; v a verb class; f a
 * form of it; u what is priced, which decides the unit; d which way, which decides the cause. */
#include "corpora/builtin/grammar_rules.h"

const char *const grammar_rules[] = {
    "n : sg pl",
    "m : sg pl",
    "g : man woman",
    "f : bare sg past part ing",
    "d : rise fall",
    "u : grain metal gold ton",
    "b : would had past", /* tenses of what was said, back-shifted */
    "h : will perf pres", /* of what is being said */

    /* The sentence: a time in front fixes the tense of the verb, however far away. */
    "Start -> 30 Main[past,free] | 9 Main[pres,set] | 6 Main[perf,free] | 7 Main[will,free] | "
    "8 Early[past] Main[past,set] | 3 Early[pres] Main[pres,set] | "
    "4 Early[will] Main[will,set] | 3 Early[perf] Main[perf,set] | 6 Preface Main[past,free]",
    "Early[past] -> 6 yesterday | 5 last Period | 2 on Weekday | 1 in Part Month | 2 in Month | "
    "1 in N",
    "Early[pres] -> 3 now | 2 currently | 2 this Period | 1 today",
    "Early[will] -> 5 next Period | 2 tomorrow | 2 later this Period | 2 by Month | "
    "2 in Part Month | 1 by next Period",
    "Early[t] -> 3 since Month | 2 since N | 2 this Period | 2 since last Period | "
    "2 since Part Month",
    "When[past,free] -> 1 _ | 1 Early[past]",
    "When[will,free] -> 1 _ | 1 Early[will]",
    "When[perf,free] -> 2 _ | 1 Early[perf]",
    "When[t,e] -> _",
    "Preface -> 4 despite Trouble | 3 amid Trouble | 5 after Occasion | 4 before Occasion | "
    "4 during Occasion",
    "Main[t,e] -> 5 Agent[sg,man,t,e] | 5 Agent[sg,woman,t,e] | 13 Agent[pl,folk,t,e] | "
    "10 Agent[sg,firm,t,e] | 5 Agent[pl,firm,t,e] | 8 Agent[sg,body,t,e] | "
    "4 Agent[pl,body,t,e] | 4 Market[t,e] | 1 Weather[t,e] | 1 There[t,e] | 3 Survey[t] | "
    "1 Refusal[t,e]",

    /* Who: noun phrases with what hangs on them. The verb agrees across it. */
    "Agent[n,k,t,e] -> Subject[n,k] Predicate[n,k,t,e]",
    "Subject[sg,man] -> 5 mr. Surname Who[sg,man] | 6 Given[man] Surname Post Who[sg,man] | "
    "1 one Job at FirmName | 1 the Head of FirmName Who[sg,man]",
    "Subject[sg,woman] -> 5 ms. Surname Who[sg,woman] | "
    "6 Given[woman] Surname Post Who[sg,woman] | 1 one Job at FirmName | "
    "1 the Head of FirmName Who[sg,woman]",
    "Subject[n,folk] -> 2 Folk Who[n,folk] | 6 Theme Folk Who[n,folk] | "
    "4 Human Folk Who[n,folk] | 5 Human Theme Folk Who[n,folk] | "
    "2 Crowd Theme Folk Who[n,folk] | 1 Crowd Human Folk Who[n,folk]",
    "Subject[sg,firm] -> 6 FirmName Who[sg,firm] | "
    "2 Country 's Super Theme Firm[sg] Who[sg,firm] | 4 a Adj Theme Firm[sg] Site Who[sg,firm] | "
    "2 a Theme Firm[sg] Site Who[sg,firm] | 1 an AdjV Theme Firm[sg] Site Who[sg,firm]",
    "Subject[pl,firm] -> 4 Adj Theme Firm[pl] Site Who[pl,firm] | "
    "2 Crowd Theme Firm[pl] Site Who[pl,firm] | 3 Theme Firm[pl] Site Who[pl,firm] | "
    "1 both FirmName and FirmName",
    "Subject[sg,body] -> 3 the Theme Body[sg] Who[sg,body] | "
    "1 Country 's Theme Body[sg] Who[sg,body] | 1 Country 's Body[sg] Who[sg,body] | "
    "1 the Proper Who[sg,body] | 4 a Adj Theme Body[sg] Site Who[sg,body] | "
    "4 the Adj Theme Body[sg] Who[sg,body] | 1 an AdjV Theme Body[sg] Who[sg,body]",
    "Subject[pl,body] -> 3 Adj Body[pl] Site Who[pl,body] | "
    "4 Adj Theme Body[pl] Site Who[pl,body] | 2 Crowd Theme Body[pl] Site Who[pl,body] | "
    "1 the governments of Country and Country",
    "Crowd -> 2 many | 3 some | 2 most | 3 several | 1 few | 1 all",
    "Site -> 7 _ | 2 in Place | 1 near City",
    "Who[n,firm] -> 20 _ | 2 which Plain[make,n,pres] Goods | "
    "2 which Plain[own,n,pres] Holding | 1 whose shares Plain[d,pl,perf] Percent since Month | "
    "3 which Plain[treat,n,past] Matter[n,firm] | 2 whose Theme Noun[m] Plain[hurt,m,past] People",
    "Who[n,body] -> 20 _ | 3 which Plain[follow,n,pres] Theme Firm[pl] | "
    "2 whose Theme Noun[m] Plain[hurt,m,past] People | 3 which Plain[treat,n,past] Matter[n,body]",
    "Who[n,folk] -> 18 _ | 2 in Place | 2 at FirmName | "
    "2 who Plain[follow,n,pres] Theme Firm[pl] | 3 who Plain[stance,n,pres] Matter[n,folk] | "
    "1 whom FirmName Word[hire,past] in Month",
    "Who[n,k] -> 18 _ | 1 who Plain[join,n,past] FirmName in N | "
    "1 who Plain[own,n,pres] Holding | 1 whom FirmName Word[name,past] in N | "
    "5 who Plain[stance,n,pres] Matter[n,k] | 2 whose Theme Noun[m] Plain[hurt,m,past] People",
    "Post -> 6 _ | 2 Title of FirmName | 1 Title at FirmName | 2 a Theme Job at FirmName | "
    "1 a Theme Job with FirmName",
    "Title -> 4 Head | 2 chief Chief | 1 vice president",
    "FirmName -> 10 Root Suffix | 10 Root Theme Suffix | 1 Surname & Surname Suffix | 3 Root",
    "BodyName -> 3 the Theme Body[sg] | 1 Country 's Body[sg] | 1 the Proper | "
    "4 the Adj Theme Body[sg]",
    "People -> 1 Folk | 6 Theme Folk | 4 Human Folk | 1 Folk in Place | 1 Crowd Folk | "
    "4 Human Theme Folk",
    "Party -> 3 FirmName | 2 Country | 7 People | 2 BodyName",
    "Place -> 9 City | 5 Country",
    "Pronoun[sg,man] -> he",
    "Pronoun[sg,woman] -> she",
    "Pronoun[sg,k] -> it",
    "Pronoun[pl,k] -> they",
    "Own[sg,man] -> his",
    "Own[sg,woman] -> her",
    "Own[sg,k] -> its",
    "Own[pl,k] -> their",

    /* What they do, and what is said about it afterwards with the pronoun that fits. */
    "Predicate[n,k,past,e] -> 24 Deed[n,k,past] Tail[n,k,past,e] | 7 Say[n,k,past,e] | "
    "4 Plain[plan,n,past] to Act[n,k,inf] Tail[n,k,past,e] | "
    "1 Plain[choose,n,past] to Act[n,k,inf] rather than Act[n,k,inf] | "
    "2 not only Act[n,k,past] but also Act[n,k,past] | 1 Be[n,past] Mood that Claim[would]",
    "Predicate[n,k,will,e] -> 20 Deed[n,k,will] Tail[n,k,will,e] | "
    "2 will either Act[n,k,inf] or Act[n,k,inf]",
    "Predicate[n,k,pres,e] -> 16 State[n,k] Tail[n,k,pres,e] | 5 Say[n,k,pres,e] | "
    "5 Plain[plan,n,pres] to Act[n,k,inf] Tail[n,k,pres,e] | 1 Be[n,pres] Mood that Claim[will]",
    "Predicate[n,k,t,e] -> 6 Deed[n,k,t] Tail[n,k,t,e] | 1 Say[n,k,t,e]",
    "Tail[n,k,past,e] -> 5 When[past,e] | 6 Manner When[past,e] | 4 When[past,e] Manner | "
    "3 Manner Manner When[past,e] | 2 because Pronoun[n,k] Reason[n,k,past] | "
    "2 and Deed[n,k,past] Ending | 2 after Claim[past]",
    "Tail[n,k,will,e] -> 5 When[will,e] | 6 Manner When[will,e] | 4 When[will,e] Manner | "
    "3 Manner Manner When[will,e] | 2 because Pronoun[n,k] Reason[n,k,pres] | "
    "2 and Act[n,k,inf] Ending | 2 if Claim[pres]",
    "Tail[n,k,t,e] -> 5 When[t,e] | 6 Manner When[t,e] | 4 When[t,e] Manner | "
    "3 Manner Manner When[t,e] | 2 because Pronoun[n,k] Reason[n,k,pres] | "
    "2 and Deed[n,k,t] Ending | 2 although Claim[perf]",
    "Ending -> 3 _ | 2 Manner",
    "Manner -> 3 despite Trouble | 2 because of Trouble | 1 to Word[fight,bare] Trouble | "
    "2 during Occasion | 1 with help from Party | 4 Adv | 1 in Place | 3 after Occasion | "
    "3 before Occasion | 1 without Occasion | 3 amid Trouble",
    "Occasion -> 1 the Noun[sg] | 4 the Theme Noun[sg] | 2 a Adj Noun[sg] | 3 Theme Noun[pl] | "
    "4 a Adj Theme Noun[sg] | 3 Adj Theme Noun[pl]",
    "Reason[n,k,t] -> 1 Plain[need,n,t] Need | 1 Plain[need,n,t] Need to Act[n,k,inf] | "
    "1 Be[n,t] worried about Trouble | 4 Plain[stance,n,t] Matter[n,k]",
    "Say[n,k,perf,e] -> Plain[say,n,perf] Content[n,k,perf]",
    "Say[n,k,t,e] -> 6 Plain[say,n,t] Content[n,k,t] | 1 Plain[say,n,t] that Content[n,k,t] | "
    "1 Plain[say,n,t] When[t,e] that Content[n,k,t]",
    "Content[n,k,past] -> 1 Pronoun[n,k] Deed[n,k,b] Ending | "
    "1 Pronoun[n,k] Plain[plan,n,past] to Act[n,k,inf] Ending | 2 Claim[b]",
    "Content[n,k,t] -> 1 Pronoun[n,k] Deed[n,k,h] Ending | "
    "1 Pronoun[n,k] Plain[plan,n,pres] to Act[n,k,inf] Ending | 2 Claim[h]",
    "Claim[t] -> 2 Market[t,set] | 4 FirmName Deed[sg,firm,t] Ending | "
    "5 People Deed[pl,folk,t] Ending | 4 BodyName Deed[sg,body,t] Ending | "
    "1 mr. Surname Deed[sg,man,t] Ending | 1 ms. Surname Deed[sg,woman,t] Ending | "
    "1 Weather[t,set] | 1 There[t,set] | 6 the Theme Noun[m] Plain[hurt,m,t] Party Ending",

    /* Deeds by who does them. A verb decides the preposition behind its object. */
    "Deed[n,k,pres] -> State[n,k]",
    "Deed[n,k,t] -> 24 Act[n,k,t] | 1 Be[n,t] Word[accuse,part] of Wrong by Party",
    "State[n,firm] -> 1 Plain[own,n,pres] Holding | 1 Plain[make,n,pres] Goods | "
    "5 Plain[stance,n,pres] Matter[n,firm]",
    "State[n,body] -> 5 Plain[stance,n,pres] Matter[n,body] | "
    "1 Plain[follow,n,pres] Theme Firm[pl]",
    "State[n,folk] -> 1 Plain[blame,n,pres] Party for Trouble | "
    "5 Plain[stance,n,pres] Matter[n,folk]",
    "State[n,k] -> 1 Plain[own,n,pres] Holding | 1 Plain[blame,n,pres] Party for Trouble | "
    "5 Plain[stance,n,pres] Matter[n,k]",
    "Act[n,firm,t] -> 3 Verb[buy,n,t] Asset Price | 24 Verb[treat,n,t] Matter[n,firm] | "
    "1 Verb[sell,n,t] OwnAsset[n] to Party Price | 2 Verb[post,n,t] Result | "
    "2 Verb[change,n,t] Own[n,firm] FirmOwn By | 4 Verb[open,n,t] Works | "
    "1 Verb[name,n,t] Given[g] Surname Title | "
    "1 Verb[name,n,t] Given[g] Surname to succeed mr. Surname as Title | "
    "1 Verb[accuse,n,t] Party of Wrong | 2 Verb[hire,n,t] People Site | "
    "1 Verb[bar,n,t] Party from Doing",
    "Act[n,body,t] -> 24 Verb[treat,n,t] Matter[n,body] | 1 Verb[fine,n,t] FirmName for Wrong | "
    "2 Verb[order,n,t] FirmName to Act[sg,firm,inf] | 2 Verb[ban,n,t] Trade | "
    "1 Verb[change,n,t] Own[n,body] BodyOwn By | 1 Verb[accuse,n,t] Party of Wrong | "
    "1 Verb[bar,n,t] Party from Doing",
    "Act[n,folk,t] -> 3 Verb[trade,n,t] Securities | 24 Verb[treat,n,t] Matter[n,folk] | "
    "3 Verb[blame,n,t] Party for Trouble | 2 Verb[urge,n,t] FirmName to Act[sg,firm,inf] | "
    "2 Verb[urge,n,t] BodyName to Act[sg,body,inf] | 1 Verb[accuse,n,t] Party of Wrong",
    "Act[n,k,t] -> 1 Verb[join,n,t] FirmName as Title | "
    "1 Verb[sell,n,t] Own[n,k] stake in FirmName to Party Price | "
    "24 Verb[treat,n,t] Matter[n,k] | 3 Verb[blame,n,t] Party for Trouble | "
    "2 Verb[urge,n,t] FirmName to Act[sg,firm,inf] | "
    "2 Verb[urge,n,t] BodyName to Act[sg,body,inf] | 1 Verb[accuse,n,t] Party of Wrong | "
    "2 Verb[meet,n,t] with People Site",

    /* What it is done to. */
    "Matter[n,k] -> 1 the Noun[sg] About | 5 the Theme Noun[sg] About | "
    "2 the Adj Noun[sg] About | 5 the Adj Theme Noun[sg] About | 1 a Noun[sg] About | "
    "3 a Adj Noun[sg] About | 6 a Adj Theme Noun[sg] About | 3 a Theme Noun[sg] About | "
    "2 an AdjV Theme Noun[sg] About | 1 an AdjV Noun[sg] About | "
    "2 Own[n,k] Theme Noun[m] About | 1 Own[n,k] Adj Noun[m] About | "
    "3 Own[n,k] Adj Theme Noun[m] About | 3 Adj Noun[pl] About | 5 Theme Noun[pl] About | "
    "6 Adj Theme Noun[pl] About | 1 AdjV Theme Noun[pl] About | 1 Crowd Theme Noun[pl] About | "
    "2 FirmName 's Theme Noun[m] About | 1 Country 's Theme Noun[m] About",
    "About -> 9 _ | 3 for Goods | 4 for Party | 4 with Party | 2 on Goods | 1 in Place | "
    "3 by Party | 4 against Party | 1 between FirmName and FirmName | "
    "1 to Word[fight,bare] Trouble | 2 from Party | 3 and Theme Noun[pl] | "
    "2 and Adj Theme Noun[pl]",
    "Goods -> 3 Product | 4 Adj Product | 4 Theme Noun[pl] | 2 Adj Theme Noun[pl]",
    "Percent -> 3 N percent | 2 Roughly N percent",
    "Asset -> 3 FirmName | 2 FirmName 's Theme Plant[sg] | 1 Percent of FirmName | 4 Works",
    "OwnAsset[n] -> 3 Own[n,firm] Theme Plant[m] | 1 Own[n,firm] stake in FirmName | "
    "3 Own[n,firm] Adj Plant[m]",
    "Price -> 7 _ | 2 for $ N Scale | 1 for Roughly $ N Scale",
    "Works -> 4 a Adj Theme Plant[sg] Site | 2 a Adj Plant[sg] Site | "
    "1 a $ N Scale Plant[sg] Site | 2 Adj Plant[pl] Site | 1 Plant[pl] in Place and Place",
    "Holding -> 1 N Plant[pl] Site | 3 Adj Theme Plant[pl] Site | 1 Percent of FirmName",
    "Result -> 2 a net loss of $ N Scale | 1 net income of $ N Scale or N cents a share | "
    "2 a N percent Change in Quarterly profit | 3 Adj sales of Goods",
    "Change -> 3 rise | 3 drop | 1 gain | 1 decline",
    "By -> 3 _ | 2 by Percent | 1 for the Ordinal time in N years | 2 How",
    "Trade -> 3 imports of Goods from Country | 1 exports of Goods to Country",
    "Securities -> 3 Paper | 3 Theme Paper | 3 shares of FirmName | 1 Term bonds",
    "Doing -> 2 Word[buy,ing] FirmName | 3 Word[make,ing] Goods",
    "Wrong -> 4 Wronging People | 1 hiding $ N Scale in losses | 2 fixing the price of Goods | "
    "1 breaking a contract with Party | 1 dumping Goods in Country",
    "Trouble -> 2 Woe Where | 3 Rising Woe Where | 5 Theme Woe Where | "
    "5 Rising Theme Woe Where | 1 Rising demand for Goods | 4 the Theme Noun[sg] Where | "
    "3 Adj Noun[pl] Where | 3 Adj Theme Noun[pl]",
    "Where -> 9 _ | 2 in Place | 1 at FirmName | 3 among People",

    /* Markets: what is traded decides its unit, the direction its cause. */
    "Market[t,e] -> 2 shares of FirmName Since[pl] Move[stock,pl,t,e] | "
    "2 shares in FirmName Since[pl] Move[stock,pl,t,e] | "
    "2 FirmName 's stock Since[sg] Move[stock,sg,t,e] | 3 Theme stocks Move[stock,pl,t,e] | "
    "1 the price of Commodity[u] Since[sg] Move[u,sg,t,e] | "
    "1 Commodity[u] prices Since[pl] Move[u,pl,t,e] | "
    "2 the Index average Since[sg] Move[index,sg,t,e] | "
    "1 the yield on the Term bond Since[sg] Move[yield,sg,t,e] | "
    "1 yields on Term bonds Since[pl] Move[yield,pl,t,e] | "
    "3 the Currency Since[sg] Move[fx,sg,t,e] | 2 Theme Statistic[n] Move[stat,n,t,e] | "
    "2 Country 's Theme Statistic[n] Move[stat,n,t,e] | 2 demand for Goods Site Move[stat,sg,t,e]",
    "Since[n] -> 12 _ | 2 which Plain[d,n,had] Percent in Month | "
    "1 which People Plain[follow,pl,pres]",
    "Move[u,n,pres,e] -> Be[n,pres] expected to Word[d,bare] Size[u] Cause[d]",
    "Move[u,n,t,e] -> Plain[d,n,t] Size[u] Cause[d] When[t,e]",
    "Size[stock] -> 3 N cents | 2 N cents to $ N | 3 Percent | 1 to $ N from $ N | 4 How",
    "Size[index] -> 3 N points | 2 N points to N | 2 Percent | 4 How",
    "Size[yield] -> 2 to N percent from N percent | 2 N basis points | 3 How",
    "Size[fx] -> 3 How against the Currency | 2 against the Currency | "
    "1 against both the Currency and the Currency | 1 Percent",
    "Size[stat] -> 3 Percent | 1 N percent to $ N Scale | 3 How",
    "Size[u] -> 3 N cents Per[u] | 2 N cents to $ N Per[u] | 1 to $ N Per[u] from $ N Per[u] | "
    "2 Percent | 3 How",
    "Per[grain] -> a bushel",
    "Per[metal] -> a pound",
    "Per[gold] -> an ounce",
    "Per[ton] -> a ton",
    "Cause[rise] -> 6 _ | 1 in Trading trading | 2 on hopes of a Theme Noun[sg] | "
    "2 on hopes for a Theme Noun[sg] | 2 on demand from People | 4 Manner",
    "Cause[fall] -> 6 _ | 1 in Trading trading | 2 on fears of Trouble | "
    "2 on fears about Trouble | 2 on worries over Trouble | 4 Manner",

    /* Weather, moods, studies, silence. */
    "Weather[t,e] -> StormAdj Storm[n] in Region Country Plain[damage,n,t] Damage Echo[n,t] "
    "When[t,e]",
    "Damage -> 4 the Crop crop | 2 much of the Crop crop | 3 N Wreck | 1 Wreck and Wreck",
    "Echo[n,t] -> 5 _ | 3 and Plain[push,n,t] Commodity[u] prices higher",
    "There[past,e] -> there Be[n,past] Feeling[n] among People that Claim[would]",
    "There[pres,e] -> there Be[n,pres] Feeling[n] among People that Claim[will]",
    "There[t,e] -> there Be[sg,t] Little demand for Goods Site When[t,e]",
    "Feeling[sg] -> 2 little Fear[sg] | 1 some Fear[sg] | 1 growing Fear[sg]",
    "Feeling[pl] -> 2 few Fear[pl] | 1 many Fear[pl] | 2 Fear[pl]",
    "Little -> 3 little | 2 strong | 1 no",
    "Survey[past] -> Findings[n] by Author Plain[show,n,past] That Claim[b]",
    "Survey[t] -> Findings[n] by Author Plain[show,n,t] That Claim[h]",
    "That -> 1 that | 1 _",
    "Findings[sg] -> 3 a Adj Study[sg] | 3 a Adj Theme Study[sg]",
    "Findings[pl] -> 2 Adj Study[pl] | 2 Crowd Theme Study[pl] | 2 Theme Study[pl]",
    "Author -> 3 FirmName | 2 BodyName | 2 Folk at FirmName",
    "Refusal[t,e] -> neither FirmName nor Partner Plain[comment,sg,t] on Matter[sg,firm] "
    "When[t,e]",
    "Partner -> 1 FirmName | 2 BodyName",

    /* The verb in its tense. */
    "Verb[v,n,past] -> 11 Word[v,past] | 5 Adv Word[v,past] | 1 did n't Word[v,bare]",
    "Verb[v,n,will] -> 8 Plain[v,n,will] | 1 wo n't Word[v,bare]",
    "Verb[v,sg,perf] -> 6 has Word[v,part] | 2 has Lately Word[v,part] | "
    "2 has Adv Word[v,part] | 1 has n't Word[v,part]",
    "Verb[v,pl,perf] -> 6 have Word[v,part] | 2 have Lately Word[v,part] | "
    "2 have Adv Word[v,part] | 1 have n't Word[v,part]",
    "Verb[v,n,t] -> Plain[v,n,t]",
    "Plain[v,n,past] -> Word[v,past]",
    "Plain[v,sg,pres] -> Word[v,sg]",
    "Plain[v,pl,pres] -> Word[v,bare]",
    "Plain[v,n,will] -> 6 will Word[v,bare] | 2 may Word[v,bare] | 1 could Word[v,bare]",
    "Plain[v,n,would] -> 4 would Word[v,bare] | 1 might Word[v,bare]",
    "Plain[v,n,had] -> had Word[v,part]",
    "Plain[v,sg,perf] -> has Word[v,part]",
    "Plain[v,pl,perf] -> have Word[v,part]",
    "Plain[v,n,inf] -> Word[v,bare]",
    "Be[sg,pres] -> is",
    "Be[pl,pres] -> are",
    "Be[sg,past] -> was",
    "Be[pl,past] -> were",
    "Be[n,will] -> 6 will be | 2 may be | 1 could be",
    "Be[n,would] -> would be",
    "Be[n,had] -> had been",
    "Be[sg,perf] -> has been",
    "Be[pl,perf] -> have been",
    NULL,
};
