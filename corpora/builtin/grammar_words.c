/* The vocabulary of the built-in corpus, class by class, the commonest word first: words are drawn
 * by the law of Zipf and Mandelbrot over their ranks. See grammar_rules.c for the notation; of
 * words with slashes, the last argument of the class picks the form. */
#include "corpora/builtin/grammar_rules.h"

const char *const grammar_words[] = {
    /* people and firms */
    "Given[man] = paul edwin martin walter george samuel henrik kenji",
    "Given[woman] = clara helen judith marta ingrid naomi ruth lucia",
    "Surname = harlow brandt whitfield okafor lindqvist moreau castellan takeda ashby pruitt "
    "novak farrow menendez grady thorne vasquez kessler bramwell ito rourke sandoval pellegrin "
    "hathaway dvorak marsh tanaka",
    "Head = chairman president director treasurer",
    "Chief = executive economist engineer",
    "Job = trader broker lawyer consultant banker dealer",
    "Folk = analysts traders investors workers farmers lawyers brokers executives shareholders "
    "economists bankers managers officials critics growers exporters consumers dealers employees "
    "experts owners makers buyers engineers miners creditors suppliers lenders producers "
    "publishers retailers developers",
    "Root = meridian northgate caldera halcyon bluewater kestrel paragon westmark larkspur "
    "tidewater granger cobalt summit redfern ostrander pinnacle vantage hollis crescent monarch "
    "delmar quarry lakeland fairmont ironwood sorrel palisade juniper stanwick copperfield",
    "Suffix = corp. inc. industries bank group airlines motors energy holdings stores chemical "
    "steel savings electric foods",
    "Firm[n] = company/companies bank/banks maker/makers retailer/retailers supplier/suppliers "
    "contractor/contractors lender/lenders developer/developers producer/producers "
    "publisher/publishers",
    "Super = largest biggest oldest richest",

    /* governments and courts */
    "Body[n] = commission/commissions court/courts agency/agencies ministry/ministries "
    "committee/committees council/councils department/departments bureau/bureaus",
    "Proper = senate treasury house cabinet pentagon",

    /* what they deal with; Theme goes in front of other nouns */
    "Theme = steel tax pension mortgage food tariff drug trade budget bond housing computer bank "
    "railway highway contract copper shipping tobacco construction banking water hospital "
    "textile power loan paper chemical software rubber satellite film currency customs newspaper "
    "credit coffee cement grain zinc disaster furniture carpet cotton school subway harbor "
    "sugar patent network forest pipeline gold machinery welfare wheat jewelry fraud glass "
    "television railroad toll cargo freight farm dairy sales labor cocoa refinery magazine "
    "factory casino medicine beer hotel silver tire treaty leather toy rice fertilizer road corn "
    "mine timber shoe tin soybean debt ferry poultry savings lumber fishing wool wine battery "
    "parking",
    "Noun[sg] = plan contract loan tax budget project program bid merger tariff pension lawsuit "
    "deal proposal settlement subsidy treaty claim law strike rule fund policy reform takeover "
    "permit measure debate dispute report meeting hearing crisis scandal shortage surplus "
    "deficit forecast deadline ban boycott price purchase strategy campaign plant factory "
    "refinery warehouse hotel mine railway bridge survey study poll venture partnership warning "
    "complaint test standard system network pipeline penalty grant fee verdict speech vote "
    "recovery sale ruling tunnel bonus charge patent license pact review debt buyout closing "
    "cutback guarantee trial boom",
    "Noun[pl] = plans contracts loans taxes budgets projects programs bids mergers tariffs "
    "pensions lawsuits proposals subsidies claims laws rules funds reforms takeovers permits "
    "measures disputes reports meetings factories plants mills mines hotels surveys prices "
    "hearings forecasts purchases strategies ventures warnings complaints tests standards "
    "networks penalties grants fees sales talks licenses patents cutbacks guarantees rulings "
    "charges debts trials",
    "Adj = new big foreign local private large public french german chicago costly federal "
    "limited temporary special major secret controversial boston modest japanese british joint "
    "long-term recent canadian tough strict voluntary london domestic national risky rival "
    "mexican popular lengthy brazilian complex korean sweeping profitable toronto troubled small "
    "conservative regional spanish cautious swedish corporate polish turkish political "
    "commercial tentative tokyo massive seattle minor broad global rural military financial "
    "dallas heavy severe growing persistent mounting sudden widespread strong weak bitter "
    "detroit hasty thorough vague rigid lavish",
    "AdjV = early unusual american italian expensive ambitious annual emergency australian "
    "indian argentine important",
    "Human = local foreign private chicago american japanese cautious boston british angry "
    "german tokyo wealthy canadian skeptical london french young toronto corporate veteran "
    "federal rural houston mexican italian korean retired brazilian frankfurt indian swedish "
    "small large nervous polish australian spanish turkish argentine patient conservative",
    "Product = cars steel computers software paper textiles aircraft beer furniture cement "
    "semiconductors tires medicines toys shoes machinery",
    "Plant[sg] = plant factory refinery mill warehouse hotel mine railway bridge highway",
    "Plant[pl] = plants factories refineries mills warehouses hotels mines railways bridges "
    "highways",
    "Paper = stocks bonds gold property cash",
    "Term = 30-year 10-year three-month",
    "Scale = million billion",
    "FirmOwn = dividend workforce spending output debt prices wages",
    "BodyOwn = budget deficit spending staff debt reserves",
    "Woe = costs losses debt inflation delays strikes layoffs shortages competition corruption "
    "waste spending fraud unemployment taxes deficits pollution borrowing scandals failures",
    "Rising = rising heavy growing weak persistent foreign mounting unexpected widespread "
    "sluggish severe",
    "Wronging = misleading cheating overcharging deceiving bribing",
    "Quarterly = third-quarter fourth-quarter first-quarter second-quarter",
    "Ordinal = first second third",

    /* places and times */
    "City = chicago tokyo london frankfurt houston boston toronto detroit osaka milan geneva "
    "singapore denver seattle dallas sydney rotterdam atlanta",
    "Country = japan germany france brazil mexico canada britain sweden italy korea india poland "
    "australia spain turkey argentina",
    "Region = northern southern western eastern central",
    "Month = october march september june january november april december february august may "
    "july",
    "Period = year week month quarter summer winter spring fall",
    "Weekday = monday friday tuesday wednesday thursday",
    "Part = late early",

    /* markets */
    "Commodity[grain] = wheat corn barley",
    "Commodity[metal] = copper coffee sugar cotton",
    "Commodity[gold] = gold silver platinum",
    "Commodity[ton] = cocoa tin rice",
    "Index = industrial composite",
    "Currency = dollar yen mark pound",
    "Statistic[sg] = unemployment inflation output production spending investment",
    "Statistic[pl] = exports imports sales orders profits prices",
    "How = sharply slightly steadily again further modestly broadly briefly",
    "Roughly = about nearly almost roughly",
    "Trading = heavy light quiet",

    /* weather */
    "Storm[sg] = rain drought frost snow",
    "Storm[pl] = storms floods fires",
    "StormAdj = heavy severe unusual early bitter violent",
    "Crop = coffee wheat rice cotton sugar cocoa corn citrus",
    "Wreck = homes roads bridges orchards",

    /* manner and mood */
    "Adv = quietly finally recently formally abruptly reluctantly unexpectedly publicly promptly "
    "suddenly openly briefly firmly eventually hastily secretly grudgingly politely steadily "
    "sharply again",
    "Lately = already recently also repeatedly",
    "Mood = confident worried certain convinced",
    "Fear[sg] = concern speculation evidence agreement",
    "Fear[pl] = fears signs doubts rumors hopes",
    "Study[sg] = report survey study poll",
    "Study[pl] = reports surveys studies polls",
    "Need = capital cash time credit help",

    /* verbs: f picks one of the five forms */
    "Word[say,f] = say/says/said/said/saying believe/believes/believed/believed/believing "
    "predict/predicts/predicted/predicted/predicting warn/warns/warned/warned/warning "
    "argue/argues/argued/argued/arguing insist/insists/insisted/insisted/insisting "
    "add/adds/added/added/adding concede/concedes/conceded/conceded/conceding",
    "Word[plan,f] = plan/plans/planned/planned/planning agree/agrees/agreed/agreed/agreing "
    "intend/intends/intended/intended/intending refuse/refuses/refused/refused/refusing "
    "threaten/threatens/threatened/threatened/threatening seek/seeks/sought/sought/seeking",
    "Word[choose,f] = choose/chooses/chose/chosen/choosing "
    "prefer/prefers/preferred/preferred/preferring",
    "Word[treat,f] = announce/announces/announced/announced/announcing "
    "discuss/discusses/discussed/discussed/discussing "
    "criticize/criticizes/criticized/criticized/criticizing "
    "review/reviews/reviewed/reviewed/reviewing oppose/opposes/opposed/opposed/opposing "
    "support/supports/supported/supported/supporting "
    "consider/considers/considered/considered/considering delay/delays/delayed/delayed/delaying "
    "reject/rejects/rejected/rejected/rejecting defend/defends/defended/defended/defending "
    "approve/approves/approved/approved/approving welcome/welcomes/welcomed/welcomed/welcoming "
    "ignore/ignores/ignored/ignored/ignoring postpone/postpones/postponed/postponed/postponing "
    "question/questions/questioned/questioned/questioning "
    "challenge/challenges/challenged/challenged/challenging "
    "block/blocks/blocked/blocked/blocking study/studies/studied/studied/studying "
    "finance/finances/financed/financed/financing "
    "abandon/abandons/abandoned/abandoned/abandoning "
    "describe/describes/described/described/describing "
    "explain/explains/explained/explained/explaining "
    "condemn/condemns/condemned/condemned/condemning "
    "promote/promotes/promoted/promoted/promoting resist/resists/resisted/resisted/resisting "
    "praise/praises/praised/praised/praising end/ends/ended/ended/ending "
    "monitor/monitors/monitored/monitored/monitoring revive/revives/revived/revived/reviving "
    "debate/debates/debated/debated/debating expand/expands/expanded/expanded/expanding "
    "limit/limits/limited/limited/limiting restrict/restricts/restricted/restricted/restricting "
    "cut/cuts/cut/cut/cutting watch/watches/watched/watched/watching "
    "avoid/avoids/avoided/avoided/avoiding double/doubles/doubled/doubled/doubling "
    "freeze/freezes/froze/frozen/freezing follow/follows/followed/followed/following "
    "mention/mentions/mentioned/mentioned/mentioning "
    "tolerate/tolerates/tolerated/tolerated/tolerating "
    "dispute/disputes/disputed/disputed/disputing demand/demands/demanded/demanded/demanding",
    "Word[stance,f] = oppose/opposes/opposed/opposed/opposing "
    "support/supports/supported/supported/supporting want/wants/wanted/wanted/wanting "
    "favor/favors/favored/favored/favoring need/needs/needed/needed/needing "
    "fear/fears/feared/feared/fearing resist/resists/resisted/resisted/resisting "
    "welcome/welcomes/welcomed/welcomed/welcoming",
    "Word[buy,f] = buy/buys/bought/bought/buying acquire/acquires/acquired/acquired/acquiring",
    "Word[sell,f] = sell/sells/sold/sold/selling "
    "transfer/transfers/transferred/transferred/transferring",
    "Word[post,f] = report/reports/reported/reported/reporting post/posts/posted/posted/posting",
    "Word[change,f] = raise/raises/raised/raised/raising cut/cuts/cut/cut/cutting "
    "reduce/reduces/reduced/reduced/reducing increase/increases/increased/increased/increasing "
    "double/doubles/doubled/doubled/doubling freeze/freezes/froze/frozen/freezing",
    "Word[open,f] = build/builds/built/built/building open/opens/opened/opened/opening "
    "close/closes/closed/closed/closing expand/expands/expanded/expanded/expanding "
    "finance/finances/financed/financed/financing",
    "Word[name,f] = name/names/named/named/naming appoint/appoints/appointed/appointed/appointing",
    "Word[accuse,f] = accuse/accuses/accused/accused/accusing "
    "suspect/suspects/suspected/suspected/suspecting",
    "Word[blame,f] = blame/blames/blamed/blamed/blaming "
    "criticize/criticizes/criticized/criticized/criticizing "
    "praise/praises/praised/praised/praising",
    "Word[urge,f] = urge/urges/urged/urged/urging ask/asks/asked/asked/asking "
    "persuade/persuades/persuaded/persuaded/persuading press/presses/pressed/pressed/pressing",
    "Word[order,f] = order/orders/ordered/ordered/ordering allow/allows/allowed/allowed/allowing "
    "require/requires/required/required/requiring",
    "Word[bar,f] = prevent/prevents/prevented/prevented/preventing "
    "stop/stops/stopped/stopped/stopping",
    "Word[fine,f] = fine/fines/fined/fined/fining",
    "Word[ban,f] = ban/bans/banned/banned/banning limit/limits/limited/limited/limiting "
    "restrict/restricts/restricted/restricted/restricting tax/taxes/taxed/taxed/taxing",
    "Word[trade,f] = buy/buys/bought/bought/buying sell/sells/sold/sold/selling "
    "dump/dumps/dumped/dumped/dumping",
    "Word[join,f] = join/joins/joined/joined/joining leave/leaves/left/left/leaving",
    "Word[meet,f] = meet/meets/met/met/meeting "
    "negotiate/negotiates/negotiated/negotiated/negotiating",
    "Word[fight,f] = reduce/reduces/reduced/reduced/reducing "
    "avoid/avoids/avoided/avoided/avoiding fight/fights/fought/fought/fighting",
    "Word[make,f] = make/makes/made/made/making sell/sells/sold/sold/selling "
    "export/exports/exported/exported/exporting import/imports/imported/imported/importing",
    "Word[own,f] = own/owns/owned/owned/owning operate/operates/operated/operated/operating "
    "manage/manages/managed/managed/managing",
    "Word[follow,f] = follow/follows/followed/followed/following "
    "oversee/oversees/oversaw/overseen/overseeing watch/watches/watched/watched/watching",
    "Word[hire,f] = hire/hires/hired/hired/hiring train/trains/trained/trained/training "
    "dismiss/dismisses/dismissed/dismissed/dismissing",
    "Word[rise,f] = rise/rises/rose/risen/rising climb/climbs/climbed/climbed/climbing "
    "jump/jumps/jumped/jumped/jumping gain/gains/gained/gained/gaining "
    "surge/surges/surged/surged/surging",
    "Word[fall,f] = fall/falls/fell/fallen/falling drop/drops/dropped/dropped/dropping "
    "decline/declines/declined/declined/declining slip/slips/slipped/slipped/slipping "
    "tumble/tumbles/tumbled/tumbled/tumbling ease/eases/eased/eased/easing",
    "Word[damage,f] = damage/damages/damaged/damaged/damaging "
    "destroy/destroys/destroyed/destroyed/destroying "
    "threaten/threatens/threatened/threatened/threatening",
    "Word[push,f] = push/pushes/pushed/pushed/pushing send/sends/sent/sent/sending",
    "Word[show,f] = show/shows/showed/shown/showing "
    "suggest/suggests/suggested/suggested/suggesting "
    "confirm/confirms/confirmed/confirmed/confirming",
    "Word[hurt,f] = hurt/hurts/hurt/hurt/hurting help/helps/helped/helped/helping "
    "threaten/threatens/threatened/threatened/threatening worry/worries/worried/worried/worrying "
    "anger/angers/angered/angered/angering please/pleases/pleased/pleased/pleasing",
    "Word[need,f] = need/needs/needed/needed/needing lack/lacks/lacked/lacked/lacking "
    "want/wants/wanted/wanted/wanting",
    "Word[comment,f] = comment/comments/commented/commented/commenting",
    NULL,
};
