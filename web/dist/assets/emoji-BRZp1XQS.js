import{A as e,D as t,Dt as n,Ht as r,Rt as i,T as a,Tt as o,Ut as s,Vt as c,Wt as l}from"./main-Cj6POfOT.js";var u=`😀	grinning face	嘿嘿	cheerful cheery grin happy laugh nice smile smiling teeth 笑脸 脸 高兴
😃	grinning face with big eyes	哈哈	awesome grin happy mouth open smile smiling teeth yay smiley 太棒了 开口笑 开口笑脸 笑脸 脸 高兴
😄	grinning face with smiling eyes	大笑	eye grin happy laugh lol mouth open smile closed 哈哈 开口而笑的脸 开心 笑 脸 露齿而笑 高兴
😁	beaming face with smiling eyes	嘻嘻	eye grin grinning happy nice smile teeth 笑脸 笑颜 脸 露齿而笑
😆	grinning squinting face	斜眼笑	closed eyes haha hahaha happy laugh lol mouth open rofl smile smiling laughing satisfied 咧嘴笑 哈哈 开心 眯眼 眯眼大笑 笑 脸 高兴
😅	grinning face with sweat	苦笑	cold dejected excited mouth nervous open smile smiling stress stressed 冷汗 出汗 开口冒冷汗的脸 汗 泄气 紧张 脸
🤣	rolling on the floor laughing	笑得满地打滚	crying face funny haha happy hehe hilarious joy laugh lmao lol rofl roflmao tear lolol 乐翻了 哈哈 地板 太扯了 打滚 满地打滚的笑 笑 笑得流泪 脸 超扯
😂	face with tears of joy	笑哭了	crying feels funny haha happy hehe hilarious laugh lmao lol rofl roflmao tear 喜极而泣 大笑 眼泪 笑 笑哭 脸
🙂	slightly smiling face	呵呵	happy smile 开心 浅笑的脸 笑 脸
🙃	upside-down face	倒脸	hehe smile upside down 好玩 好笑 脸 颠倒 颠倒的脸
🫠	melting face	融化	disappear dissolve embarrassed haha heat hot liquid lol melt sarcasm sarcastic 冷笑 哈哈 尴尬 微笑 消失 液体 溶解 热
😉	winking face	眨眼	flirt heartbreaker sexy slide tease wink winks 媚眼 撩拨 眨眼的脸 笑 脸
😊	smiling face with smiling eyes	羞涩微笑	blush eye glad satisfied smile closed 害羞 微笑 满意 笑脸相迎 羞涩 脸 脸红
😇	smiling face with halo	微笑天使	angel angelic angels blessed fairy fairytale fantasy happy innocent peaceful smile spirit tale 光环 天使 天真 幻想 微笑 脸 顶罩光环的笑脸
🥰	smiling face with hearts	喜笑颜开	3 adore crush heart ily love romance smile you 三颗爱心的笑脸 心 我爱你 爱慕 相爱 笑脸 迷恋 陷入爱河
😍	smiling face with heart-eyes	花痴	143 bae eye feels hearts ily kisses love romance romantic smile xoxo heart eyes 我爱你 爱 红心 脸
🤩	star-struck	好崇拜哦	excited eyes face grinning smile star starry-eyed wow struck 兴奋 咧嘴笑 满天星 满眼星 脸 追星族 露齿笑
😘	face blowing a kiss	飞吻	adorbs bae flirt heart ily love lover miss muah romantic smooch xoxo you kissing 亲亲 想你 我爱你 眨眼 脸
😗	kissing face	亲亲	143 date dating flirt ily kiss love smooch smooches xoxo you 亲吻 吻 脸
☺️	smiling face	微笑	happy outlined relaxed smile 呵呵 开心 放松 笑 脸
😚	kissing face with closed eyes	羞涩亲亲	143 bae blush date dating eye flirt ily kisses smooches xoxo 亲亲 吻 我爱你 羞涩 脸 闭眼 闭眼亲吻
😙	kissing face with smiling eyes	微笑亲亲	143 closed date dating eye flirt ily kiss kisses love night smile 亲亲 吻 微笑 笑颜亲吻 脸
🥲	smiling face with tear	含泪的笑脸	glad grateful happy joy pain proud relieved smile smiley touched 喜悦 喜极而泣 幸福 微笑 微笑的 感动 感动的 感恩的 感激 眼泪 笑中带泪 笑脸 自豪 苦中作乐 释怀的 骄傲的
😋	face savoring food	好吃	delicious eat full hungry savor smile smiling tasty um yum yummy 口水 哈喇子 津津有味 流口水 美味 脸
😛	face with tongue	吐舌	awesome cool nice party stuck-out sweet stuck out 吐舌头的脸 太好了 脸 舌头 调皮
😜	winking face with tongue	单眼吐舌	crazy epic eye funny joke loopy nutty party stuck-out wacky weirdo wink yolo stuck out 单眼 古怪 吐舌 开玩笑 怪人 挤眉弄眼 脸
🤪	zany face	滑稽	crazy eye eyes goofy large small 大小眼 大眼 小眼 滑稽的脸 疯狂的脸 疯眼 疯脸 脸
😝	squinting face with tongue	眯眼吐舌	closed eye eyes gross horrible omg stuck-out taste whatever yolo stuck out 可怕 吐舌 尝 眯眼 眼睛 脸 都好 随便
🤑	money-mouth face	发财	money mouth paid 拜金 脸 见钱眼开 金钱至上 钱
🤗	smiling face with open hands	抱抱	hug hugging 抱 拥抱 笑 脸
🤭	face with hand over mouth	不说	giggle giggling oops realization secret shock sudden surprise whoops 不可说 傻笑 吃吃傻笑 哎呀 意外 捂嘴而笑 猛然发现 秘密 脸
🫢	face with open eyes and hand over mouth	睁眼捂嘴	amazement awe disbelief embarrass gasp omg quiet scared shock surprise 哇塞 哑口无言 害怕 尴尬 怀疑 惊奇 惊愕 惊讶 敬畏 震惊
🫣	face with peeking eye	偷看	captivated embarrass hide hiding peek peep scared shy stare 偷窥 凝视 害怕 害羞 尴尬 迷住
🤫	shushing face	安静的脸	quiet shh shush 嘘 嘘声手势的脸 安静
🤔	thinking face	想一想	chin consider hmm ponder pondering wondering wtf 思考 想 想事情 脸
🫡	saluting face	致敬	good luck ma’am ok respect salute sir troops yes 军队 好 好的 收到 敬礼 是 阳光
🤐	zipper-mouth face	闭嘴	keep mouth quiet secret shut zip zipper 住嘴 嘴 封口 秘密 脸
🤨	face with raised eyebrow	挑眉	disapproval disbelief distrust emoji hmm mild skeptic skeptical skepticism surprise what 不信任 不敢置信 不赞同 怀疑 氧起眉毛的脸 眉毛上挑的脸 脸
😐️	neutral face	冷漠	awkward blank deadpan expressionless fine jealous meh oh shade straight unamused unhappy unimpressed whatever 无感 脸 表情空洞 面无表情
😑	expressionless face	无语	awkward dead fine inexpressive jealous meh not oh omg straight uh unhappy unimpressed whatever 没有反应 绷着脸 脸 茫然 面无表情
😶	face without mouth	沉默	awkward blank expressionless mouthless mute quiet secret silence silent speechless no 嘴 安静 没嘴 秘密 脸
🫥	dotted line face	虚线脸	depressed disappear hidden hide introvert invisible meh whatever wtv 内向 无所谓 沮丧 消失 隐形 隐藏
😶‍🌫️	face in clouds	迷茫	absentminded fog head 迷茫
😏	smirking face	得意	boss dapper flirt homie kidding leer shade slick sly smirk smug snicker suave suspicious swag 假笑 冷笑 得意的笑 脸 诡异地笑
😒	unamused face	不高兴	... bored fine jealous jel jelly pissed smh ugh uhh unhappy weird whatever 不屑 不服 不爽的脸 脸 郁闷 鄙视 随便啦
🙄	face with rolling eyes	翻白眼	eyeroll shade ugh whatever 不敢苟同 无语 白眼 脸 随便啦
😬	grimacing face	龇牙咧嘴	awk awkward dentist grimace grinning smile smiling 咬牙切齿 尴尬 牙医 脸 露齿 露齿而笑 鬼脸
😮‍💨	face exhaling	呼气	blow blowing exhale exhausted gasp groan relief sigh smiley smoke whisper whistle 叹息 叹气 吹气 呼气的脸 唉 无奈 松一口气 疲惫 笑脸 释然
🤥	lying face	说谎	liar lie pinocchio 匹诺曹 脸 长鼻子 长鼻子脸
🫨	shaking face	颤抖	crazy daze earthquake omg panic shock surprise vibrate whoa wow 哇 地震 天啊 惊喜 惊慌 晕头转向 疯狂 脸 震动 震惊
🙂‍↔️	head shaking horizontally	左右摇头	no shake 否定 摇头
🙂‍↕️	head shaking vertically	上下点头	nod yes 点头，肯定
😌	relieved face	松了口气	calm peace relief zen 如释重负 松口气 脸 蝉
😔	pensive face	沉思	awful bored dejected died disappointed losing lost sad sucks 失落 心事重重 忧虑 脸
😪	sleepy face	困	crying good night sad sleep sleeping tired 哭 想睡 满脸睡容 疲惫 睡觉 瞌睡 脸
🤤	drooling face	流口水	口水 垂涎 垂涎三尺 流口水的脸 脸
😴	sleeping face	睡着了	bed bedtime good goodnight nap night sleep tired whatever yawn zzz 呼噜 小睡 想睡 打呼 晚安 睡容 睡觉 累 累了 脸
🫩	face with bags under eyes	有眼袋	bored exhausted fatigued late sleepy tired weary eye 厌倦 困倦 晚睡 熬夜 疲倦 疲劳 疲惫 眼 眼袋 脸
😷	face with medical mask	感冒	cold dentist dermatologist doctor dr germs medicine sick 医生 口罩 戴口罩 戴口罩的脸 生病 病菌 脸
🤒	face with thermometer	发烧	ill sick 体温计 咬着体温计的脸 温度计 生病 脸 量体温
🤕	face with head-bandage	受伤	bandage hurt injury ouch head 头绑绷带 打绷带 脸
🤢	nauseated face	恶心	gross nasty sick vomit 吐 呕 恶心作呕的脸 脸 脸绿了
🤮	face vomiting	呕吐	barf ew gross puke sick spew throw up vomit 不舒服 吐 呕吐的脸 生病 病容 病恹恹 脸
🤧	sneezing face	打喷嚏	fever flu gesundheit sick sneeze 喷嚏 打喷嚏的脸 生病 脸 鼻涕
🥵	hot face	脸发烧	dying feverish heat panting red-faced stroke sweating tongue 中暑 冒汗 出汗 发烧 发热 吐舌 心狂跳 热 脸红
🥶	cold face	冷脸	blue blue-faced freezing frostbite icicles subzero teeth 冰柱 冷 冷冰冰 冻 冻僵 满面寒霜 脸 脸色发青 蓝色 零下
🥴	woozy face	头昏眼花	dizzy drunk eyes intoxicated mouth tipsy uneven wavy 两眼不平 喝醉 嘴唇颤抖 头晕目眩 头晕眼花 微醉 微醺 波浪嘴形 眩晕的脸 眼花 醉醺醺
😵	face with crossed-out eyes	晕头转向	dead dizzy feels knocked out sick tired 头晕 头晕眼花 晕头 晕头的脸 脸
😵‍💫	face with spiral eyes	晕	confused dizzy hypnotized omg smiley trouble whoa woah woozy 哇 哎呀 头晕 笑脸 迷糊
🤯	exploding head	爆炸头	blown explode mind mindblown no shocked way 不可能 印象深刻 吓到了 惊吓 震惊
🤠	cowboy hat face	牛仔帽脸	cowgirl 帽 牛仔 脸
🥳	partying face	聚会笑脸	bday birthday celebrate celebration excited happy hat hooray horn party 号角 喝彩 帽子 庆祝 派对 狂欢的脸 生日 聚会 脸 节日快乐
🥸	disguised face	伪装的脸	disguise eyebrow glasses incognito moustache mustache nose person spy tache tash 人物 伪装 眉毛 眼镜 胡子 脸 间谍 隐瞒身份 鼻子
😎	smiling face with sunglasses	墨镜笑脸	awesome beach bright bro chilling cool rad relaxed shades slay smile style swag win too 墨镜 太阳镜 眼镜 耶 脸 酷
🤓	nerd face	书呆子脸	brainy clever expert geek gifted glasses intelligent smart 专家 书呆子 天才 奇葩 宅男 极客 眼镜 眼镜笑脸 聪明 脸
🧐	face with monocle	带单片眼镜的脸	classy fancy rich stuffy wealthy 单眼镜 古板 奢华 富有 戴单眼镜的脸
😕	confused face	困扰	befuddled confusing dunno frown hm meh not sad sorry sure 不懂 不确定 困惑 疑惑 脸
🫤	face with diagonal mouth	郁闷	confused confusion disappointed doubt doubtful frustrated frustration meh skeptical unsure whatever wtv 不相信 不确定 困惑 失望 怀疑 无所谓 无聊 沮丧 疑惑 迷惘
😟	worried face	担心	anxious butterflies nerves nervous sad stress stressed surprised worry 不高兴 伤心 忧心的脸 意外 担忧 焦虑 紧张 脸
🙁	slightly frowning face	微微不满	frown sad 不开心 不高兴 不高兴的脸 委屈 小委屈 心情不好 脸
☹️	frowning face	不满	frown sad white 不爽 不高兴 委屈 皱眉 皱眉的脸 脸
😮	face with open mouth	吃惊	believe forgot omg shocked surprised sympathy unbelievable unreal whoa wow you 同情 啊 忘记 我不信 我的天 脸
😯	hushed face	缄默	epic omg stunned surprised whoa woah 吃惊 哦 我的天 脸 静而无语
😲	astonished face	震惊	cost no omg shocked totally way 不可以 惊 惊讶 惊讶的脸 没可能 绝不 脸
😳	flushed face	脸红	amazed awkward crazy dazed dead disbelief embarrassed geez heat hot impressed jeez what wow 困惑 天呀 害羞 羞涩 脸 茫然 迷茫 难以置信
🫪	distorted face	变形的脸	anxiety bloated panic shocked surprised vulnerable 惊喜 惊恐 惊慌 焦虑 脆弱 膨胀 震惊
🥺	pleading face	恳求的脸	begging big eyes mercy not please pretty puppy sad why 可怜兮兮的眼神 大眼睛 小狗的脸 怜悯 祈求 祈求的脸 脸 请求
🥹	face holding back tears	忍住泪水	admiration aww cry embarrassed feelings grateful gratitude joy please proud resist sad watery eyes 哭泣 喜极而泣 尴尬 悲伤 情绪 感激 感谢 抗拒 拜托 生气 自豪
😦	frowning face with open mouth	啊	caught frown guard scared scary surprise what wow 惊讶 意外 目瞪口呆 脸
😧	anguished face	极度痛苦	forgot scared scary stressed surprise unhappy what wow 痛 痛啊 痛苦 脸 难受
😨	fearful face	害怕	afraid anxious blame fear scared worried 不安 怕 恐怖 恐惧 脸
😰	anxious face with sweat	冷汗	blue cold eek mouth nervous open rushed scared yikes 张嘴冒冷汗的脸 惊讶 无语 汗 焦虑 紧张 脸
😥	sad but relieved face	失望但如释重负	anxious call close complicated disappointed not sweat time whew 下次吧 出冷汗 失望 失望但解脱 如释重负 脸
😢	crying face	哭	awful cry feels miss sad tear triste unhappy 伤心 哀伤 哭脸 泪 脸
😭	loudly crying face	放声大哭	bawling cry sad sob tear tears unhappy 哭 大哭 放声大哭的脸 泪 痛哭 脸
😱	face screaming in fear	吓死了	epic fearful munch scared scream screamer shocked surprised woah 吓死 害怕 尖叫 恐怖 惊吓大叫的脸 脸
😖	confounded face	困惑	annoyed confused cringe distraught feels frustrated mad sad 困惑的脸 焦头烂额 纠结 脸
😣	persevering face	痛苦	concentrate concentration focus headache persevere 专注 入定 头痛 忍耐 脸 难受
😞	disappointed face	失望	awful blame dejected fail losing sad unhappy 不高兴 失望的脸 脸 难过
😓	downcast face with sweat	汗	close cold feels headache nervous sad scared yikes 冒冷汗 冒汗 冷 尴尬 担心 脸
😩	weary face	累死了	crying fail feels hungry mad nooo sad sleepy tired unhappy 疲倦 疲劳 疲惫 累 脸
😫	tired face	累	cost feels nap sad sneeze 倦容 疲倦 疲劳 疲惫 脸
🥱	yawning face	打呵欠	bedtime bored goodnight nap night sleep sleepy tired whatever yawn zzz 呵欠 哈欠 困 困倦 夜里 打哈欠 打哈欠的脸 无聊 昏昏欲睡 晚安 疲倦 累
😤	face with steam from nose	傲慢	anger angry feels fume fuming furious fury mad triumph unhappy won 不爽 愤怒 气炸了 胜利 自负 赢 趾高气昂
😡	enraged face	怒火中烧	anger angry feels mad maddening pouting rage red shade unhappy upset pout 发火 发飙 怒 生气 脸
😠	angry face	生气	anger blame feels frustrated mad maddening rage shade unhappy upset 不爽 不高兴 怒 愤怒 脸
🤬	face with symbols on mouth	嘴上有符号的脸	censor cursing cussing mad pissed swearing censored 不爽 发誓 咒骂 生气 碎碎唸的脸 脸 诅咒
😈	smiling face with horns	恶魔微笑	demon devil evil fairy fairytale fantasy purple shade smile tale imp 幻想 微笑 犄角 神话故事 脸 邪魔
👿	angry face with horns	生气的恶魔	demon devil evil fairy fairytale fantasy imp mischievous purple shade tale 带角的怒容 幻想 恶魔 犄角 脸 顽童
💀	skull	头骨	body dead death face fairy fairytale i’m lmao monster tale yolo 妖怪 怪兽 死亡 神话故事 脸 身体 骷髅
☠️	skull and crossbones	骷髅	bone dead death face monster 交叉股骨 头骨 妖怪 怪物 死亡 海盗 脸 骨头
💩	pile of poo	大便	bs comic doo dung face fml monster poop smelly smh stink stinks stinky turd shit 好臭 屎 怪物 粑粑 脸 臭
🤡	clown face	小丑脸	小丑 脸
👹	ogre	食人魔	creature devil face fairy fairytale fantasy mask monster scary tale japanese 吓人 妖怪 幻想 日本 神话故事 脸 面具 鬼 魔鬼
👺	goblin	小妖精	angry creature face fairy fairytale fantasy mask mean monster tale japanese 妖怪 幻想 怪物 日本 神话故事 脸 鬼
👻	ghost	鬼	boo creature excited face fairy fairytale fantasy halloween haunting monster scary silly tale 万圣节 妖怪 幻想 幽灵 怪物 神话故事 脸 鬼脸
👽️	alien	外星人	creature extraterrestrial face fairy fairytale fantasy monster space tale ufo 外太空 外星 太空 幻想 星际 脸 飞碟
👾	alien monster	外星怪物	creature extraterrestrial face fairy fairytale fantasy game gamer games pixelated space tale ufo invader 外星 外星人 太空 怪物 星际 脸 飞碟
🤖	robot	机器人	face monster 怪物 脸
😺	grinning cat	大笑的猫	animal face mouth open smile smiling smiley 哈哈 大笑的猫脸 猫脸 笑 脸
😸	grinning cat with smiling eyes	微笑的猫	animal eye face grin smile closed 呵呵 微笑的猫脸 猫脸 笑 笑颜逐开 脸
😹	cat with tears of joy	笑出眼泪的猫	animal face laugh laughing lol tear 喜极而泣 快乐 猫脸 眼泪 笑出眼泪 笑出眼泪的猫脸 脸
😻	smiling cat with heart-eyes	花痴的猫	animal eye face heart love smile eyes wc 喜欢 心 猫 猫脸 脸 花痴 花痴的猫脸
😼	cat with wry smile	奸笑的猫	animal face ironic smirk 嘲讽笑容 奸笑 奸笑的猫脸 猫脸 脸 讽刺
😽	kissing cat	亲亲猫	animal closed eye eyes face kiss 亲亲 吻 猫脸 猫脸亲亲 脸 闭眼亲亲的猫脸
🙀	weary cat	疲倦的猫	animal face oh surprised scream 惊讶 猫脸 疲倦 疲倦的猫脸 疲劳 疲惫 累 脸
😿	crying cat	哭泣的猫	animal cry face sad tear 哭 哭泣的猫脸 泪 猫脸 眼泪 脸 难过
😾	pouting cat	生气的猫	animal face 猫脸 生气 生气的猫脸 脸
🙈	see-no-evil monkey	非礼勿视	embarrassed evil face forbidden forgot gesture hide no omg prohibited scared secret smh watch see 不许看 别看 尴尬 糗 脸 蒙住眼睛 蒙眼
🙉	hear-no-evil monkey	非礼勿听	animal ears evil face forbidden gesture hear listen no not prohibited secret shh tmi 嘘 堵上耳朵 堵耳 猴子 脸
🙊	speak-no-evil monkey	非礼勿言	animal evil face forbidden gesture no not oops prohibited quiet secret speak stealth 不许说 捂上嘴巴 捂嘴 秘密 脸
💌	love letter	情书	heart mail romance valentine 信 心 邮件
💘	heart with arrow	心中箭了	143 adorbs cupid date emotion ily love romance valentine 一箭穿心 丘比特 我爱你 浪漫 爱情 箭 红心
💝	heart with ribbon	系有缎带的心	143 anniversary emotion ily kisses valentine xoxo gift 我爱你 爱的礼物 绑丝带的心 送你一颗心
💖	sparkling heart	闪亮的心	143 emotion excited good ily kisses morning night sparkle xoxo 我爱你 激动 红心 闪亮
💗	growing heart	搏动的心	143 emotion excited heartpulse ily kisses muah nervous pulse xoxo 亲亲 吻 我爱你 搏动 激动 紧张 红心
💓	beating heart	心跳	143 cardio emotion heartbeat ily love pulsating pulse 心动 我爱你 爱
💞	revolving hearts	舞动的心	143 adorbs anniversary emotion heart 我爱你 旋转 涌动 跃动
💕	two hearts	两颗心	143 anniversary date dating emotion heart ily kisses love loving xoxo 我爱你 爱情
💟	heart decoration	心型装饰	143 emotion hearth purple white 心 我爱你 装饰
❣️	heart exclamation	心叹号	heavy mark punctuation 叹号 心动 标点符号
💔	broken heart	心碎	break crushed emotion heartbroken lonely sad 伤心
❤️‍🔥	heart on fire	火上之心	burn love lust sacred 渴望 燃烧 爱
❤️‍🩹	mending heart	修复受伤的心灵	healthier improving recovering recuperating well 修补 恢复 痊愈
❤️	red heart	红心	emotion love 心 爱
🩷	pink heart	粉红色的心	143 adorable cute emotion ily like love special sweet 可爱 喜欢 心 感情 我爱你 爱 特殊 甜蜜 粉红 讨人喜欢
🧡	orange heart	橙心	143 橘心 橘色 橘色的心 橙
💛	yellow heart	黄心	143 cardiac emotion ily love 我爱你 黄
💚	green heart	绿心	143 emotion ily love romantic 我爱你 绿
💙	blue heart	蓝心	143 emotion ily love romance 我爱你 蓝
🩵	light blue heart	浅蓝色的心	143 cute cyan emotion ily like love sky special teal 可爱 喜欢 天蓝 心 感情 我爱你 浅蓝 爱 特殊 蓝绿 蓝绿色 青色
💜	purple heart	紫心	143 bestest emotion ily love 我爱你 紫
🤎	brown heart	棕心	143 心 心形 棕 棕色 棕色爱心 爱心
🖤	black heart	黑心	evil wicked 心 邪恶 黑 黑色 黑色的心
🩶	grey heart	灰心	143 emotion gray ily love silver slate special 心 感情 我爱你 暗灰 灰 灰色 爱 特殊 银 银色
🤍	white heart	白心	143 心 心形 爱心 白 白色 白色爱心
💋	kiss mark	唇印	dating emotion heart kissing lips romance sexy 亲吻 吻 唇 性感 接吻 浪漫
💯	hundred points	一百分	100 a+ agree clearly definitely faithful fleek full keep perfect point score true truth yup 满分 百分百 绝对 考试
💢	anger symbol	怒	angry comic mad upset 火大 生气 青筋
🫯	fight cloud	打斗云团	argument brawl debate disagreement ruckus wrestle 争论 吵架 战斗 打斗 打架 摔跤 斗殴 骚动
💥	collision	爆炸	bomb boom collide comic explode 撞 旺 炸 爆
💫	dizzy	头晕	comic shining shooting star stars 头晕目眩 星星 流星
💦	sweat droplets	汗滴	comic drip droplet drops splashing squirt water wet work workout 喷溅 小水滴 小水珠 汗 泼贱 溅
💨	dashing away	尾气	cloud comic dash fart fast go gone gotta running smoke 扬尘而去 放屁 烟 疾驰而去 飞奔而去
🕳️	hole	洞	井盖 坑 陷阱
💬	speech balloon	话语气泡	bubble comic dialog message sms talk text typing 发言 对话框 气泡 气泡对话框 气球 漫画
👁️‍🗨️	eye in speech bubble	眼睛对话框	balloon witness 对话框 目擊 眼睛
🗨️	left speech bubble	朝左的话语气泡	balloon dialog 对话框 话语
🗯️	right anger bubble	愤怒话语气泡	angry balloon mad 右倾愤怒对话框 对话框 愤怒
💭	thought balloon	内心活动气泡	bubble cartoon cloud comic daydream decisions dream idea invent invention realize think thoughts wonder 对话框 思想 思想活动 想法 梦 气泡 泡泡对话框 白日梦
💤	ZZZ	睡着	comic good goodnight night sleep sleeping sleepy tired zzz 呼噜 困了 想睡 打呼 晚安 疲倦

👋	waving hand	挥手	bye cya g2g greetings gtg hello hey hi later outtie ttfn ttyl wave yo you 你好 再见 嗨 在吗 手 等一下 等等 该走了
🤚	raised back of hand	立起的手背	backhand 举起 举起手背 手 手背 立起
🖐️	hand with fingers splayed	手掌	finger raised stop 举起张开的手掌 击掌 布 手 禁止
✋️	raised hand	举起手	5 five high stop 举手 举起的手 五指 停 击掌 手
🖖	vulcan salute	瓦肯举手礼	finger hand hands 手 敬礼 斯波克 星际迷航 瓦肯
🫱	rightwards hand	向右的手	handshake hold reach right rightward shake 伸手 右 右手 向右 手 握手
🫲	leftwards hand	向左的手	handshake hold left leftward reach shake 伸手 向左 左 左手 手 握手
🫳	palm down hand	掌心向下的手	dismiss drop dropped pick shoo up 下投 手 扔掉 拿起 捡起 解散 驱赶
🫴	palm up hand	掌心向上的手	beckon catch come hold know lift me offer tell 不知道 召唤 告诉我 手 拿着 接住 提供 过来 送出
🫷	leftwards pushing hand	向左推	block five halt high hold leftward pause push refuse slap stop wait 中止 停止 击掌 向左 往左 手 拒绝 推 暂停 等等 阻挡
🫸	rightwards pushing hand	向右推	block five halt high hold pause push refuse rightward slap stop wait 中止 停止 击掌 向右 往右 手 拒绝 推 暂停 等等 阻挡
👌	OK hand	OK	awesome bet dope fleek fosho got gotcha legit ok okay pinch rad sure sweet three ok 手势 可以 同意 好的 当然 手 没问题 确定
🤌	pinched fingers	捏手指	gesture hand hold huh interrogation patience relax sarcastic ugh what zip pinch 为什么 你到底在说什么 匮乏 审讯 强调 您要什么 手势 手指 挖苦 放松点
🤏	pinching hand	捏合的手势	amount bit fingers little small sort 一点 一点点 小 少 少量 手指 捏着 某种程度上
✌️	victory hand	胜利手势	peace v 和平 成功 手 胜利
🤞	crossed fingers	交叉的手指	cross finger hand luck 交叉 幸运 手 手指 祝好运
🫰	hand with index finger and thumb crossed	食指与拇指交叉的手	<3 expensive heart love money snap 响指 心 手 昂贵 比心 爱 爱心 金钱 钞票
🤟	love-you gesture	爱你的手势	fingers hand ily love three you 三种 我爱你 手 爱你
🤘	sign of the horns	摇滚	finger hand rock-on metal 手 摇滚精神 燥起来 角 金属礼
🤙	call me hand	给我打电话	hang loose shaka 手 打电话给我 电话 给我打电话的手势
👈️	backhand index pointing left	反手食指向左指	finger hand point 反手 向左指 手 指左 食指
👉️	backhand index pointing right	反手食指向右指	finger hand point 反手 向右指 手 指右 食指
👆️	backhand index pointing up	反手食指向上指	finger hand point 反手 向上指 手 指上 食指
🖕	middle finger	竖中指	hand 中指 反手 手
👇️	backhand index pointing down	反手食指向下指	finger hand point 反手 向下指 手 指下 食指
☝️	index pointing up	食指向上指	finger hand point this 2 向上指 手 指上 食指
🫵	index pointing at the viewer	指向观察者的食指	finger hand poke you point forward 伸出手指 你 戳 手指 指 指向
👍️	thumbs up	拇指向上	+1 good hand like thumb yes thumbsup 同意 好 手 拇指 真棒 赞 赞成 顶一下
👎️	thumbs down	拇指向下	-1 bad dislike good hand no nope thumb thumbsdown 不赞成 反对 否决 手 责备
✊️	raised fist	举起拳头	clenched hand punch solidarity 举拳 团结 手 拳头 握拳
👊	oncoming fist	出拳	absolutely agree boom bro bruh bump clenched correct hand knuckle pound punch rock ttyl 完全同意 手 打 拳 挥拳过来 绝对正确
🤛	left-facing fist	朝左的拳头	leftwards left facing 拳头 朝左
🤜	right-facing fist	朝右的拳头	rightwards right facing 手 拳头 朝右
👏	clapping hands	鼓掌	applause approval awesome clap congrats congratulations excited good great hand homie job nice prayed well yay 干得好 恭喜 拍手 赞成
🙌	raising hands	举双手	celebration gesture hand hooray praise raised 举手 击掌 双手 庆祝 手
🫶	heart hands	做成心形的双手	<3 love you 手 比心 爱 爱你 爱心
👐	open hands	张开双手	hand hug jazz swerve 十 双手 摊手
🤲	palms up together	掌心向上托起	cupped dua hands pray prayer wish 双掌 双掌向上 希望 祈祷 祷告
🤝	handshake	握手	agreement deal hand meeting shake 一言为定 会面 协议 君子协定
🙏	folded hands	双手合十	appreciate ask beg blessed bow cmon five gesture hand high please pray thanks thx 合掌 感恩 拜托 祈求 祈祷 祈福 祝福 谢谢
✍️	writing hand	写字	write 写 手 笔
💅	nail polish	涂指甲油	bored care cosmetics done makeup manicure whatever 修指甲 忙完了 护手 指甲油 美甲 闷 随便啦
🤳	selfie	自拍	camera phone 手机 相机
💪	flexed biceps	肌肉	arm beast bench bodybuilder bro curls flex gains gym jacked muscle press ripped strong weightlift right bicep 二头肌 健身房 强壮
🦾	mechanical arm	机械手臂	accessibility prosthetic 义肢 手臂 无障碍
🦿	mechanical leg	机械腿	accessibility prosthetic 义肢 无障碍 腿
🦵	leg	腿	bent foot kick knee limb 弯腿 肢体 脚 跛行 踢
🦶	foot	脚	ankle feet kick stomp 足踝 踏 踝 踢 踩 踱
👂️	ear	耳朵	body ears hear hearing listen listening sound 仔细听 听 耳
🦻	ear with hearing aid	戴助听器的耳朵	accessibility hard 助听器 听力障碍 听障 失聪 无障碍 耳聋 聋
👃	nose	鼻子	body noses nosey odor smell smells 嗅 气味 闻 鼻
🧠	brain	脑	intelligent smart 大脑 头脑 智慧 智能 聪明
🫀	anatomical heart	心脏器官	beat cardiology heartbeat organ pulse real red 中心 器官 心率 心脏 心脏病学 心跳 真心 红心 解剖 身体
🫁	lungs	肺	breath breathe exhalation inhalation lung organ respiration 吸气 呼吸 呼吸作用 呼气 器官 肺部 身体
🦷	tooth	牙齿	dentist pearly teeth white 牙医 牙科医生 珍珠色 白色
🦴	bone	骨头	bones dog skeleton wishbone 叉骨 狗 骨骼
👀	eyes	双眼	body eye face googly look looking omg peep see seeing 看 眼睛 窥视 身体
👁️	eye	眼睛	1 body one 单眼 看 眼 身体
👅	tongue	舌头	body lick slurp 啧啧地喝 舌 舔 身体
👄	mouth	嘴	beauty body kiss kissing lips lipstick 口 口红 吻 唇 唇膏
🫦	biting lip	咬住嘴唇	anxious bite fear flirt flirting kiss lipstick nervous sexy uncomfortable worried worry 不舒服 口红 咬嘴唇 嘴唇 害怕 性感 担心 接吻 焦虑 紧张 调情
👶	baby	小宝贝	babies children goo infant newborn pregnant young 孩子 宝宝 小毛头
🧒	child	儿童	bright-eyed grandchild kid young younger 中性 小孩 年轻人 性别不明 性别中立
👦	boy	男孩	bright-eyed child grandson kid son young younger 儿童 孩子 小孩 男
👧	girl	女孩	bright-eyed child daughter granddaughter kid virgo young younger zodiac 儿童 大眼女孩 女 女儿 孩子 小孩
🧑	person	成人	adult 中性 性别中立 性格不明
👱	person: blond hair	金色头发的人	blond-haired human person haired 人 脸 金发
👨	man	男人	adult bro 兄弟 成人 男
🧔	person: beard	有胡子的人	bearded person whiskers 人 大胡子 男 络腮胡 胡子 胡须 腮帮子 连鬓胡子
🧔‍♂️	man: beard	有络腮胡子的男人	bearded man whiskers 男人 胡子
🧔‍♀️	woman: beard	有络腮胡子的女人	bearded whiskers woman 女人 胡子
👨‍🦰	man: red hair	男人: 红发	adult bro man red hair haired 兄弟 成人 男 男人 红发
👨‍🦱	man: curly hair	男人: 卷发	adult bro curly hair man haired 兄弟 卷发 成人 男 男人
👨‍🦳	man: white hair	男人: 白发	adult bro man white hair haired 兄弟 成人 男 男人 白发
👨‍🦲	man: bald	男人: 秃顶	adult bro man 兄弟 成人 男 男人 秃顶
👩	woman	女人	adult lady 女 淑女 金发
👩‍🦰	woman: red hair	女人: 红发	adult lady red hair woman haired 女 女人 淑女 红发 金发
🧑‍🦰	person: red hair	成人: 红发	adult person red hair haired 中性 性别中立 性格不明 成人 红发
👩‍🦱	woman: curly hair	女人: 卷发	adult curly hair lady woman haired 卷发 女 女人 淑女 金发
🧑‍🦱	person: curly hair	成人: 卷发	adult curly hair person haired 中性 卷发 性别中立 性格不明 成人
👩‍🦳	woman: white hair	女人: 白发	adult lady white hair woman haired 女 女人 淑女 白发 金发
🧑‍🦳	person: white hair	成人: 白发	adult person white hair haired 中性 性别中立 性格不明 成人 白发
👩‍🦲	woman: bald	女人: 秃顶	adult lady woman 女 女人 淑女 秃顶 金发
🧑‍🦲	person: bald	成人: 秃顶	adult person 中性 性别中立 性格不明 成人 秃顶
👱‍♀️	woman: blond hair	金发女	blond-haired blonde woman haired 女 金发
👱‍♂️	man: blond hair	金发男	blond-haired man haired 男 金发
🧓	older person	老年人	adult elderly grandparent old wise 中性 性别不明 性别中性 成人 熟龄 老人 老男人 老龄
👴	old man	老爷爷	adult bald elderly gramps grandfather grandpa wise older 祖父 秃头 老人 老头
👵	old woman	老奶奶	adult elderly grandma grandmother granny lady wise older 祖母 老人 老太
🙍	person frowning	皱眉	annoyed disappointed disgruntled disturbed frown frustrated gesture irritated upset 不开心 不满 不爽 失望 心烦意乱 恼火 沮丧 皱眉的人
🙍‍♂️	man frowning	皱眉男	annoyed disappointed disgruntled disturbed frown frustrated gesture irritated upset 不开心 男 皱眉 表情
🙍‍♀️	woman frowning	皱眉女	annoyed disappointed disgruntled disturbed frown frustrated gesture irritated upset 不开心 女 皱眉
🙎	person pouting	撅嘴	disappointed downtrodden frown grimace scowl sulk upset whine 不开心 不高兴 低落 噘嘴 失望 怒视 撅嘴的人 生闷气 皱眉 苦相 表情
🙎‍♂️	man pouting	撅嘴男	disappointed downtrodden frown grimace scowl sulk upset whine 不开心 噘嘴 男 表情
🙎‍♀️	woman pouting	撅嘴女	disappointed downtrodden frown grimace scowl sulk upset whine 不开心 噘嘴 女
🙅	person gesturing NO	禁止手势	forbidden gesture hand no not prohibit good 不允许 不可能 不行 不通过 反对 手 用手势表示不的人 禁止
🙅‍♂️	man gesturing NO	禁止手势男	forbidden gesture hand no not prohibit 不行 反对 男 禁止
🙅‍♀️	woman gesturing NO	禁止手势女	forbidden gesture hand no not prohibit 不行 反对 女 禁止
🙆	person gesturing OK	OK手势	exercise gesture hand ok omg all good ok手势 同意 女子用手势表示好 好的 手 手势 摆姿势 锻炼
🙆‍♂️	man gesturing OK	OK手势男	exercise gesture hand ok omg ok手势男 可以 同意 好的 男 运动
🙆‍♀️	woman gesturing OK	OK手势女	exercise gesture hand ok omg ok手势女 可以 同意 女 好的
💁	person tipping hand	前台	fetch flick flip gossip sarcasm sarcastic sassy seriously whatever 介绍 伸手给小费 信息 八卦 帮助 手 拨弄头发 自信时髦 请您离开 随便啦
💁‍♂️	man tipping hand	前台男	fetch flick flip gossip sarcasm sarcastic sassy seriously whatever 前台 嘲讽 小费 男
💁‍♀️	woman tipping hand	前台女	fetch flick flip gossip sarcasm sarcastic sassy seriously whatever 前台 女
🙋	person raising hand	举手	gesture here know me pick question raise 举手的人 嗨 开心 我参加 我可以帮忙 我知道 手 看这里 选我
🙋‍♂️	man raising hand	男生举手	gesture here know me pick question raise 举手 发问 手势 男
🙋‍♀️	woman raising hand	女生举手	gesture here know me pick question raise 举手 女
🧏	deaf person	失聪者	accessibility ear gesture hear 听力 听力障碍 听障 无障碍 耳朵 耳聋 聋
🧏‍♂️	deaf man	失聪的男人	accessibility ear gesture hear 听力障碍 男 耳朵 聋
🧏‍♀️	deaf woman	失聪的女人	accessibility ear gesture hear 听力障碍 女 耳朵 聋
🙇	person bowing	鞠躬	apology ask beg bow favor forgive gesture meditate meditation pity regret sorry 不好意思 冥想 姿势 对不起 惭愧 感谢 懊悔 祈求宽恕 道歉 鞠躬的人
🙇‍♂️	man bowing	男生鞠躬	apology ask beg bow favor forgive gesture meditate meditation pity regret sorry 不好意思 对不起 男 道歉
🙇‍♀️	woman bowing	女生鞠躬	apology ask beg bow favor forgive gesture meditate meditation pity regret sorry 不好意思 女 对不起 道歉 静思 鞠躬
🤦	person facepalming	捂脸	again bewilder disbelief exasperation facepalm no not oh omg shock smh 人 尴尬 恼怒 我的天哪 扶额 无语 难以置信 震惊
🤦‍♂️	man facepalming	男生捂脸	again bewilder disbelief exasperation facepalm no not oh omg shock smh 尴尬 恼怒 我的天哪 扶额 捂脸 无奈 无语 男 男子捂脸 难以置信 震惊
🤦‍♀️	woman facepalming	女生捂脸	again bewilder disbelief exasperation facepalm no not oh omg shock smh 女 女子捂脸 尴尬 恼怒 我的天哪 扶额 捂脸 无奈 无语 难以置信 震惊
🤷	person shrugging	耸肩	doubt dunno guess idk ignorance indifference knows maybe shrug whatever who 不关心 不知道 人 天晓得 怀疑 我哪知 我猜的 无所谓 无视
🤷‍♂️	man shrugging	男生耸肩	doubt dunno guess idk ignorance indifference knows maybe shrug whatever who 不关心 不知道 天晓得 怀疑 我哪知 我猜的 无所谓 无视 男 男子耸肩 耸肩
🤷‍♀️	woman shrugging	女生耸肩	doubt dunno guess idk ignorance indifference knows maybe shrug whatever who 不关心 不知道 天晓得 女 女子耸肩 怀疑 我哪知 我猜的 无所谓 无视 耸肩
🧑‍⚕️	health worker	卫生工作者	doctor healthcare nurse therapist 医生 护士 治疗师
👨‍⚕️	man health worker	男医生	doctor healthcare nurse therapist 医护人员 医生 护士 治疗师 男 男人 男治疗师
👩‍⚕️	woman health worker	女医生	doctor healthcare nurse therapist 医护人员 医生 女 女人 女治疗师 护士 治疗师
🧑‍🎓	student	学生	graduate 毕业 毕业生
👨‍🎓	man student	男学生	graduate 学生 毕业 男
👩‍🎓	woman student	女学生	graduate 女 学生 毕业
🧑‍🏫	teacher	老师	instructor lecturer professor 教师 教授
👨‍🏫	man teacher	男老师	instructor lecturer professor 教师 教授 男 老师
👩‍🏫	woman teacher	女老师	instructor lecturer professor 女 教师 教授 老师
🧑‍⚖️	judge	法官	justice law scales 法律
👨‍⚖️	man judge	男法官	justice law scales 正义 法官 法律 男
👩‍⚖️	woman judge	女法官	justice law scales 女 正义 法官 法律
🧑‍🌾	farmer	农民	gardener rancher 园丁
👨‍🌾	man farmer	农夫	gardener rancher 农民 园丁 牧场主人 牧场工人 男
👩‍🌾	woman farmer	农妇	gardener rancher 农民 园丁 女 牧场主人 牧场工
🧑‍🍳	cook	厨师	chef 做饭 大厨
👨‍🍳	man cook	男厨师	chef 做饭 厨师 大厨 男
👩‍🍳	woman cook	女厨师	chef 做饭 厨师 大厨 女
🧑‍🔧	mechanic	技工	electrician plumber tradesperson 水管工 电工
👨‍🔧	man mechanic	男技工	electrician plumber tradesperson 技工 机械工 杂工 水管工 水管工人 电工 男
👩‍🔧	woman mechanic	女技工	electrician plumber tradesperson 修理工 女 技工 水电工 水管工 水管工人 电工
🧑‍🏭	factory worker	工人	assembly industrial 工业 工厂 装配
👨‍🏭	man factory worker	男工人	assembly industrial 工业 工人 工厂 男 组装工 装配
👩‍🏭	woman factory worker	女工人	assembly industrial 女 工业 工人 工厂 装配
🧑‍💼	office worker	白领	architect business manager white-collar 商人 建筑师 经理
👨‍💼	man office worker	男白领	architect business manager white-collar 商人 建筑师 男 白领 经理
👩‍💼	woman office worker	女白领	architect business manager white-collar 人物 商人 女 建筑师 白领 经理
🧑‍🔬	scientist	科学家	biologist chemist engineer mathematician physicist 化学家 工程学家 物理学家 生物学家
👨‍🔬	man scientist	男科学家	biologist chemist engineer mathematician physicist 化学家 工程学家 工程师 数学家 物理学家 生物学家 男 科学家
👩‍🔬	woman scientist	女科学家	biologist chemist engineer mathematician physicist 化学家 女 工程学家 工程师 数学家 物理学家 生物学家 科学家
🧑‍💻	technologist	程序员	coder computer developer inventor software 发明 开发人员 码农 软件
👨‍💻	man technologist	男程序员	coder computer developer inventor software 发明家 工程师 开发人员 男 码农 程序员 软件
👩‍💻	woman technologist	女程序员	coder computer developer inventor software 发明家 女 工程师 开发人员 码农 程序员 软件
🧑‍🎤	singer	歌手	actor entertainer rock rockstar star 摇滚歌手 明星 演员 艺人
👨‍🎤	man singer	男歌手	actor entertainer rock rockstar star 摇滚歌手 明星 歌手 男 男演员 艺人
👩‍🎤	woman singer	女歌手	actor entertainer rock rockstar star 女 摇滚歌手 明星 歌手 演员 艺人
🧑‍🎨	artist	艺术家	palette 画家
👨‍🎨	man artist	男艺术家	palette 男 画家 艺术
👩‍🎨	woman artist	女艺术家	palette 女 画家 艺术
🧑‍✈️	pilot	飞行员	plane 飞机
👨‍✈️	man pilot	男飞行员	plane 机长 男 飞机 飞行员
👩‍✈️	woman pilot	女飞行员	plane 女 机长 飞机 飞行员
🧑‍🚀	astronaut	宇航员	rocket space 火箭
👨‍🚀	man astronaut	男宇航员	rocket space 宇宙 宇航员 火箭 男 航天
👩‍🚀	woman astronaut	女宇航员	rocket space 女 宇宙 宇航员 火箭 航天
🧑‍🚒	firefighter	消防员	fire firetruck 消防车
👨‍🚒	man firefighter	男消防员	fire firetruck 救火 消防 消防员 消防车 男
👩‍🚒	woman firefighter	女消防员	fire firetruck 女 救火 消防 消防员 消防车 火灾
👮	police officer	警察	apprehend arrest citation cop law over pulled undercover 交警 传唤 公安 卧底 武警 法警 警官 警方 逮捕
👮‍♂️	man police officer	男警察	apprehend arrest citation cop law over pulled undercover 男 警官 警察
👮‍♀️	woman police officer	女警察	apprehend arrest citation cop law over pulled undercover 交警 公安 卧底 女 武警 法警 警官 警察 警方 逮捕
🕵️	detective	侦探	sleuth spy 特工 男 间谍
🕵️‍♂️	man detective	男侦探	sleuth spy 侦探 男 间谍
🕵️‍♀️	woman detective	女侦探	sleuth spy 侦探 女 特工 间谍
💂	guard	卫兵	buckingham helmet london palace 伦敦 卫士 守卫 白金汉宫
💂‍♂️	man guard	男卫兵	buckingham helmet london palace 卫兵 卫士 守卫 男
💂‍♀️	woman guard	女卫兵	buckingham helmet london palace 卫兵 卫士 女 守卫
🥷	ninja	忍者	assassin fight fighter hidden person secret skills sly soldier stealth war 人物 侠客 刺客 士兵 战斗 打斗 狡猾 秘密 隐藏 隐身
👷	construction worker	建筑工人	build fix hardhat hat man person rebuild remodel repair work 包工头 头盔 安全帽 工人 工程师 建筑 建造 搬砖 改造
👷‍♂️	man construction worker	男建筑工人	build fix hardhat hat rebuild remodel repair work 工人 建筑 男
👷‍♀️	woman construction worker	女建筑工人	build fix hardhat hat man rebuild remodel repair work 头盔 女 工人 建筑
🫅	person with crown	戴王冠的人	monarch noble regal royal royalty 君主 君威 国王 王冠 王后 王室 皇室 贵族
🤴	prince	王子	crown fairy fairytale fantasy king royal royalty tale 皇家
👸	princess	公主	crown fairy fairytale fantasy queen royal royalty tale 皇冠 童话
👳	person wearing turban	戴头巾的人	头巾
👳‍♂️	man wearing turban	戴头巾的男人	头巾 男
👳‍♀️	woman wearing turban	戴头巾的女人	头巾 女 特本
👲	person with skullcap	戴瓜皮帽的人	cap chinese gua guapi hat mao pi 人物 帽子 瓜皮帽
🧕	woman with headscarf	带头饰的女人	bandana head hijab kerchief mantilla tichel 头巾 希贾布 戴头巾的女人
🤵	person in tuxedo	穿燕尾服的人	formal wedding 人 新郎 正式 燕尾服 男人 穿燕尾服的男人
🤵‍♂️	man in tuxedo	穿礼服的男人	formal groom wedding 男人 礼服
🤵‍♀️	woman in tuxedo	穿礼服的女人	formal wedding 女人 礼服
👰	person with veil	戴头纱的人	wedding 人 头纱 婚礼 戴头纱的新娘 新娘 结婚
👰‍♂️	man with veil	戴头纱的男人	wedding 头纱 男人
👰‍♀️	woman with veil	戴头纱的女人	bride wedding 头纱 女人
🤰	pregnant woman	孕妇	女人 怀孕 怀孕的女人
🫃	pregnant man	怀孕的男人	belly bloated full overeat 充满 吃撑 怀孕 男子 腹部 臃肿
🫄	pregnant person	怀孕的人	belly bloated full overeat stuffed 充满 吃撑 怀孕 腹部 臃肿
🤱	breast-feeding	母乳喂养	baby breast feeding mom mother nursing woman 乳房 哺乳 喂奶 婴儿
👩‍🍼	woman feeding baby	哺乳的女人	feed mom mother nanny newborn nursing 人物 保姆 哺乳 喂养 女人 妈咪 妈妈 婴儿 宝宝 母亲 爱
👨‍🍼	man feeding baby	哺乳的男人	dad father feed nanny newborn nursing 人物 保姆 哺乳 哺育 喂养 婴儿 宝宝 新生儿 爱 父亲 父子情 父爱 男人
🧑‍🍼	person feeding baby	哺乳的人	feed nanny newborn nursing parent 人 人物 保姆 哺乳 哺育 喂养 婴儿 宝宝 新生儿
👼	baby angel	小天使	church face fairy fairytale fantasy tale 儿童 天使 孩子
🎅	Santa Claus	圣诞老人	celebration christmas claus fairy fantasy father holiday merry santa tale xmas 圣诞 圣诞节 节日
🤶	Mrs. Claus	圣诞奶奶	celebration christmas claus fairy fantasy holiday merry mother mrs santa tale xmas 圣诞 圣诞节 节日
🧑‍🎄	Mx Claus	圣诞人	celebration christmas claus fairy fantasy holiday merry mx santa tale xmas 人 人物 圣诞 圣诞帽 圣诞快乐 圣诞老人 圣诞老公公 节日
🦸	superhero	超级英雄	good hero superpower 女英雄 女超人 好人 英雄 蝙蝠侠 超人 超能力
🦸‍♂️	man superhero	男超级英雄	good hero superpower 好人 男人 英雄 超能力
🦸‍♀️	woman superhero	女超级英雄	good hero heroine superpower 女人 好人 英雄 超能力
🦹	supervillain	超级大坏蛋	bad criminal evil superpower villain 人 坏蛋 大反派 恶魔 罪犯 超级恶棍 超能力 邪恶
🦹‍♂️	man supervillain	男超级大坏蛋	bad criminal evil superpower villain 坏蛋 男人 罪犯 超能力
🦹‍♀️	woman supervillain	女超级大坏蛋	bad criminal evil superpower villain 坏蛋 女人 罪犯 超能力
🧙	mage	法师	fantasy magic play sorcerer sorceress sorcery spell summon witch wizard 召唤 女巫 女魔术师 巫师 智者 法术 男巫 男魔术师 魔咒 魔术师
🧙‍♂️	man mage	男法师	fantasy magic play sorcerer sorceress sorcery spell summon witch wizard 男巫 男魔术师
🧙‍♀️	woman mage	女法师	fantasy magic play sorcerer sorceress sorcery spell summon witch wizard 女巫 女魔术师
🧚	fairy	精灵	fairytale fantasy myth person pixie tale wings 仙女 仙子 童话 翅膀
🧚‍♂️	man fairy	仙人	fairytale fantasy myth oberon person pixie puck tale wings 仙男 天卫十五 天卫四 男精灵
🧚‍♀️	woman fairy	仙女	fairytale fantasy myth person pixie tale titania wings 女精灵 妖精王后
🧛	vampire	吸血鬼	blood dracula fangs halloween scary supernatural teeth undead 万圣节 不死族 利牙 恐怖 毒牙 装扮服装 超自然
🧛‍♂️	man vampire	男吸血鬼	blood fangs halloween scary supernatural teeth undead 男不死族
🧛‍♀️	woman vampire	女吸血鬼	blood fangs halloween scary supernatural teeth undead 女不死族
🧜	merperson	人鱼	creature fairytale folklore ocean sea siren trident 三叉戟 女人鱼 民间传说 海妖 海底 海洋生物 男人鱼 童话 美人鱼
🧜‍♂️	merman	男人鱼	creature fairytale folklore neptune ocean poseidon sea siren trident triton 特里同
🧜‍♀️	mermaid	美人鱼	creature fairytale folklore merwoman ocean sea siren trident 女人鱼
🧝	elf	小精灵	elves enchantment fantasy folklore magic magical myth 神秘 精灵 魔幻 魔法
🧝‍♂️	man elf	男小精灵	elves enchantment fantasy folklore magic magical myth 男性魔术
🧝‍♀️	woman elf	女小精灵	elves enchantment fantasy folklore magic magical myth 女性魔术
🧞	genie	妖怪	djinn fantasy jinn lamp myth rub wishes 奇幻 愿望 擦拭神灯 杰尼 灯神 神灵 神秘 神话 精灵 镇尼
🧞‍♂️	man genie	男妖怪	djinn fantasy jinn lamp myth rub wishes 男神灵
🧞‍♀️	woman genie	女妖怪	djinn fantasy jinn lamp myth rub wishes 女神灵
🧟	zombie	僵尸	apocalypse dead halloween horror scary undead walking 万圣节 不死族 半死不活 吓人 行尸走肉
🧟‍♂️	man zombie	男僵尸	apocalypse dead halloween horror scary undead walking 男行尸走肉
🧟‍♀️	woman zombie	女僵尸	apocalypse dead halloween horror scary undead walking 女行尸走肉
🧌	troll	穴居巨怪	fairy fantasy monster tale trolling 幻想 怪兽 怪物 神话故事
🫈	hairy creature	毛怪	bigfoot cryptid forest giant sasquatch woodwose yeti 多毛 大型 大脚怪 大脚野人 森林 欧洲野人 神秘生物 雪怪
💆	person getting massage	按摩	face headache relax relaxing salon soothe spa tension therapy treatment 享受按摩的人 头痛 放松 水疗 治疗 紧张 缓解 美容 美容沙龙 面部
💆‍♂️	man getting massage	男生按摩	face headache relax relaxing salon soothe spa tension therapy treatment 头痛 按摩 男 脸
💆‍♀️	woman getting massage	女生按摩	face headache relax relaxing salon soothe spa tension therapy treatment 女 按摩
💇	person getting haircut	理发	barber beauty chop cosmetology cut groom hair parlor shears style 剪头 发型 理发师 理发的人 美发 美容 美容沙龙 美容院 造型师
💇‍♂️	man getting haircut	男生理发	barber beauty chop cosmetology cut groom hair parlor person shears style 剪头 理发 男
💇‍♀️	woman getting haircut	女生理发	barber beauty chop cosmetology cut groom hair parlor person shears style 剪头 女 理发
🚶	person walking	行人	amble gait hike man pace pedestrian stride stroll walk 压马路 徒步 散步 昂首阔步 竞走 行走的人 走路 远足 闲逛
🚶‍♂️	man walking	男行人	amble gait hike pace pedestrian stride stroll walk 徒步 男 走路
🚶‍♀️	woman walking	女行人	amble gait hike man pace pedestrian stride stroll walk 女 徒步 漫步 缓行 走 走路 路人
🚶‍➡️	person walking: facing right	行人: 面向右边	amble gait hike man pace pedestrian stride stroll walk walking 压马路 徒步 散步 昂首阔步 竞走 行人 行走的人 走路 远足 闲逛 面向右边
🚶‍♀️‍➡️	woman walking: facing right	女行人: 面向右边	amble gait hike man pace pedestrian stride stroll walk walking 女 女行人 徒步 漫步 缓行 走 走路 路人 面向右边
🚶‍♂️‍➡️	man walking: facing right	男行人: 面向右边	amble gait hike pace pedestrian stride stroll walk walking 徒步 男 男行人 走路 面向右边
🧍	person standing	站立者	stand 人物 站着 站着的人 站立
🧍‍♂️	man standing	站立的男人	stand 男 站着 站立
🧍‍♀️	woman standing	站立的女人	stand 女 站着 站立
🧎	person kneeling	下跪者	kneel knees 下跪 跪下 跪坐
🧎‍♂️	man kneeling	跪下的男人	kneel knees 下跪 男 跪坐
🧎‍♀️	woman kneeling	跪下的女人	kneel knees 下跪 女 跪坐
🧎‍➡️	person kneeling: facing right	下跪者: 面向右边	kneel kneeling knees 下跪 下跪者 跪下 跪坐 面向右边
🧎‍♀️‍➡️	woman kneeling: facing right	跪下的女人: 面向右边	kneel kneeling knees 下跪 女 跪下的女人 跪坐 面向右边
🧎‍♂️‍➡️	man kneeling: facing right	跪下的男人: 面向右边	kneel kneeling knees 下跪 男 跪下的男人 跪坐 面向右边
🧑‍🦯	person with white cane	拄盲杖的人	accessibility blind probing 无障碍 盲
🧑‍🦯‍➡️	person with white cane: facing right	拄盲杖的人: 面向右边	accessibility blind cane probing 拄盲杖的人 无障碍 盲 面向右边
👨‍🦯	man with white cane	拄盲杖的男人	accessibility blind probing 拐杖 无障碍 男 男人 男子 盲 盲人
👨‍🦯‍➡️	man with white cane: facing right	拄盲杖的男人: 面向右边	accessibility blind cane probing 拄盲杖的男人 拐杖 无障碍 男 男人 男子 盲 盲人 面向右边
👩‍🦯	woman with white cane	拄盲杖的女人	accessibility blind probing 女 女人 女性 拐杖 无障碍 盲 盲人
👩‍🦯‍➡️	woman with white cane: facing right	拄盲杖的女人: 面向右边	accessibility blind cane probing 女 女人 女性 拄盲杖的女人 拐杖 无障碍 盲 盲人 面向右边
🧑‍🦼	person in motorized wheelchair	坐电动轮椅的人	accessibility 无障碍 轮椅
🧑‍🦼‍➡️	person in motorized wheelchair: facing right	坐电动轮椅的人: 面向右边	accessibility wheelchair 坐电动轮椅的人 无障碍 轮椅 面向右边
👨‍🦼	man in motorized wheelchair	坐电动轮椅的男人	accessibility 无障碍 电动 男 男人 男子 轮椅
👨‍🦼‍➡️	man in motorized wheelchair: facing right	坐电动轮椅的男人: 面向右边	accessibility wheelchair 坐电动轮椅的男人 无障碍 电动 男 男人 男子 轮椅 面向右边
👩‍🦼	woman in motorized wheelchair	坐电动轮椅的女人	accessibility 女 女人 女子 无障碍 电动 轮椅
👩‍🦼‍➡️	woman in motorized wheelchair: facing right	坐电动轮椅的女人: 面向右边	accessibility wheelchair 坐电动轮椅的女人 女 女人 女子 无障碍 电动 轮椅 面向右边
🧑‍🦽	person in manual wheelchair	坐手动轮椅的人	accessibility 无障碍 轮椅
🧑‍🦽‍➡️	person in manual wheelchair: facing right	坐手动轮椅的人: 面向右边	accessibility wheelchair 坐手动轮椅的人 无障碍 轮椅 面向右边
👨‍🦽	man in manual wheelchair	坐手动轮椅的男人	accessibility 手动 无障碍 男 男人 男子 轮椅
👨‍🦽‍➡️	man in manual wheelchair: facing right	坐手动轮椅的男人: 面向右边	accessibility wheelchair 坐手动轮椅的男人 手动 无障碍 男 男人 男子 轮椅 面向右边
👩‍🦽	woman in manual wheelchair	坐手动轮椅的女人	accessibility 女 女人 女子 手动 无障碍 轮椅
👩‍🦽‍➡️	woman in manual wheelchair: facing right	坐手动轮椅的女人: 面向右边	accessibility wheelchair 坐手动轮椅的女人 女 女人 女子 手动 无障碍 轮椅 面向右边
🏃	person running	跑步者	fast hurry marathon move quick race racing run rush speed 匆忙 向前冲 奔跑 快跑 赛跑 跑步 跑路 闪人 马拉松
🏃‍♂️	man running	男生跑步	fast hurry marathon move quick race racing run rush speed 男 跑 马拉松
🏃‍♀️	woman running	女生跑步	fast hurry marathon move quick race racing run rush speed 冲刺 女 比赛 跑 跑步 马拉松
🏃‍➡️	person running: facing right	跑步者: 面向右边	fast hurry marathon move quick race racing run rush speed running 匆忙 向前冲 奔跑 快跑 赛跑 跑步 跑步者 跑路 闪人 面向右边 马拉松
🏃‍♀️‍➡️	woman running: facing right	女生跑步: 面向右边	fast hurry marathon move quick race racing run rush speed running 冲刺 女 女生跑步 比赛 跑 跑步 面向右边 马拉松
🏃‍♂️‍➡️	man running: facing right	男生跑步: 面向右边	fast hurry marathon move quick race racing run rush speed running 男 男生跑步 跑 面向右边 马拉松
🧑‍🩰	ballet dancer	芭蕾舞者	舞者 芭蕾 芭蕾舞
💃	woman dancing	跳舞的女人	dance dancer elegant festive flair flamenco groove let’s salsa tango 优雅 佛拉门戈 女人 女舞者 探戈 舞者 萨尔萨舞 跳舞
🕺	man dancing	跳舞的男人	dance dancer elegant festive flair flamenco groove let’s salsa tango 佛拉门戈 男人 男舞者 舞者 跳舞
🕴️	person in suit levitating	西装革履的人	business levitate 商务 正装 男 西装革履
👯	people with bunny ears	戴兔耳朵的人	bestie bff counterpart dancer double ear identical pair party partying soulmate twin twinsies dancers 兔子服 兔耳朵 双人舞 双胞胎 同好 永远的好朋友 派对 灵魂伴侣 聚会 舞者 跳舞 闺蜜
👯‍♂️	men with bunny ears	兔先生	bestie bff counterpart dancer double ear identical pair party partying people soulmate twin twinsies 兔耳朵 同好 永远的好朋友 派对 男生派对 聚会 跳舞
👯‍♀️	women with bunny ears	兔女郎	bestie bff counterpart dancer double ear identical pair party partying people soulmate twin twinsies 兔耳朵 女生派对 派对 聚会 跳舞
🧖	person in steamy room	蒸房里的人	day luxurious pamper relax sauna spa steam steambath unwind 在桑拿间的人 放松 桑拿 桑拿浴 蒸房 蒸气漫溢 蒸汽浴
🧖‍♂️	man in steamy room	蒸房里的男人	day luxurious pamper relax sauna spa steam steambath unwind 桑拿 男性桑拿
🧖‍♀️	woman in steamy room	蒸房里的女人	day luxurious pamper relax sauna spa steam steambath unwind 女性桑拿 桑拿
🧗	person climbing	攀爬的人	climb climber mountain rock scale up 向上爬的人 攀岩 攀岩者 爬山 登山 登山者
🧗‍♂️	man climbing	攀爬的男人	climb climber mountain rock scale up 登山者
🧗‍♀️	woman climbing	攀爬的女人	climb climber mountain rock scale up 登山者
🤺	person fencing	击剑选手	fencer sword 人 体育 击剑 剑
🏇	horse racing	赛马	jockey racehorse riding sport 三冠 赛马骑师 马 骑师 骑马
⛷️	skier	滑雪的人	ski snow person skiing 滑雪 雪
🏂️	snowboarder	滑雪板	ski snow snowboard sport person snowboarding 单板 单板滑雪 滑雪 雪
🏌️	person golfing	打高尔夫的人	ball birdie caddy driving golf green pga putt range tee golfer 小鸟球 推杆进球 球 球座 球穴区 球童 职业高尔夫协会 运动 高尔夫
🏌️‍♂️	man golfing	男生打高尔夫	ball birdie caddy driving golf green pga putt range tee 男 高尔夫
🏌️‍♀️	woman golfing	女生打高尔夫	ball birdie caddy driving golf green pga putt range tee 女 高尔夫 高尔夫练球场
🏄️	person surfing	冲浪	beach ocean sport surf surfer swell waves 冲浪的人 冲浪者 波浪 海上运动 海洋 海滩 涌浪 网上冲浪 运动
🏄‍♂️	man surfing	男生冲浪	beach ocean sport surf surfer swell waves 冲浪 男
🏄‍♀️	woman surfing	女生冲浪	beach ocean person sport surf surfer swell waves 冲浪 女 海滩
🚣	person rowing boat	划艇	canoe cruise fishing lake oar paddle raft river row rowboat 划桨 划船运动 木筏 河 泛舟湖上 湖 独木舟 船 钓鱼
🚣‍♂️	man rowing boat	男生划船	canoe cruise fishing lake oar paddle raft river row rowboat 划船 划艇 男 船
🚣‍♀️	woman rowing boat	女生划船	canoe cruise fishing lake oar paddle raft river row rowboat 划船 划艇 女 船
🏊️	person swimming	游泳	freestyle sport swim swimmer triathlon 游泳的人 游泳者 自由泳 运动 铁人三项
🏊‍♂️	man swimming	男生游泳	freestyle sport swim swimmer triathlon 游泳 男
🏊‍♀️	woman swimming	女生游泳	freestyle man sport swim swimmer triathlon 女 游泳
⛹️	person bouncing ball	玩球	athletic basketball championship dribble net player throw 体育 全网无阻 打球 游戏 玩 球 篮球 篮球运动员 罚球 运动 运球 锦标赛
⛹️‍♂️	man bouncing ball	男生玩球	athletic basketball championship dribble net player throw 球 男
⛹️‍♀️	woman bouncing ball	女生玩球	athletic basketball championship dribble net player throw 女 女生打篮球 游戏 玩 球 篮球
🏋️	person lifting weights	举重	barbell bodybuilder deadlift lifter powerlifting weight weightlifter workout 举重的人 举重运动员 举铁 健美者 力量举重 杠铃 硬拉 训练 运动
🏋️‍♂️	man lifting weights	男生举重	barbell bodybuilder deadlift lifter powerlifting weight weightlifter workout 举重 男
🏋️‍♀️	woman lifting weights	女生举重	barbell bodybuilder deadlift lifter powerlifting weight weightlifter workout 举重 女 训练
🚴	person biking	骑自行车	bicycle bicyclist bike cycle cyclist riding sport 单车 脚踏车 自行车 自行车赛 自行车骑士 运动 骑单车 骑脚踏车者 骑自行车的人 骑自行车者
🚴‍♂️	man biking	男生骑自行车	bicycle bicyclist bike cycle cyclist riding sport 单车 男 自行车 骑车
🚴‍♀️	woman biking	女生骑自行车	bicycle bicyclist bike cycle cyclist riding sport 单车 女 女生骑车 自行车 骑车
🚵	person mountain biking	骑山地车	bicycle bicyclist bike cycle cyclist riding sport 体育竞技 单车 山 山地自行车 山地车 山地骑行的人 自行车 运动 骑山地车的人 骑自行车 骑自行车者
🚵‍♂️	man mountain biking	男生骑山地车	bicycle bicyclist bike cycle cyclist riding sport 单车 山地车 男 自行车 骑山地车的人
🚵‍♀️	woman mountain biking	女生骑山地车	bicycle bicyclist bike cycle cyclist riding sport 单车 女 山地车 自行车 骑车
🤸	person cartwheeling	侧手翻	active cartwheel excited flip gymnastics happy somersault 人 体操 体育 兴奋 快乐 杂技 活泼 翻筋斗
🤸‍♂️	man cartwheeling	男生侧手翻	active cartwheel excited flip gymnastics happy somersault 体操 侧手翻 兴奋 快乐 杂技 活泼 男 男子侧手翻 翻筋斗
🤸‍♀️	woman cartwheeling	女生侧手翻	active cartwheel excited flip gymnastics happy somersault 体操 侧手翻 兴奋 女 女子侧手翻 快乐 杂技 活泼 翻筋斗
🤼	people wrestling	摔跤选手	combat duel grapple ring tournament wrestle wrestlers 人 体育 对决 打架 搏斗 摔跤 摔跤比赛 擂台争霸 运动
🤼‍♂️	men wrestling	男生摔跤	combat duel grapple ring tournament wrestle 对决 打架 搏斗 摔跤 摔跤比赛 擂台争霸 男 男子摔跤 运动
🤼‍♀️	women wrestling	女生摔跤	combat duel grapple ring tournament wrestle 女 女子摔跤 对决 打架 搏斗 摔跤 摔跤比赛 擂台争霸 运动
🤽	person playing water polo	水球	sport swimming waterpolo 人 体育 水上足球 水上运动 游泳 马可波罗游戏
🤽‍♂️	man playing water polo	男生玩水球	sport swimming waterpolo 水上足球 水上运动 水球 游泳 男 男子玩水球 马可波罗游戏
🤽‍♀️	woman playing water polo	女生玩水球	sport swimming waterpolo 女 女子玩水球 水上足球 水上运动 水球 游泳 马可波罗游戏
🤾	person playing handball	手球	athletics ball catch chuck hurl lob pitch sport throw toss 人 体育 投 投球 抛 接球 犯规投球 球 运动 高球
🤾‍♂️	man playing handball	男生玩手球	athletics ball catch chuck hurl lob pitch sport throw toss 墙手球 手球 男
🤾‍♀️	woman playing handball	女生玩手球	athletics ball catch chuck hurl lob pitch sport throw toss 女 女子玩手球 手球 扔 投球 抛 接球 犯规投球 球 运动 高球
🤹	person juggling	抛接杂耍	act balance balancing handle juggle manage multitask skill juggler 一心多用 人 平衡 平衡艺术 抛接 抛接球 操纵 杂技 杂耍 表演
🤹‍♂️	man juggling	男生抛接杂耍	act balance balancing handle juggle manage multitask skill 一心多用 平衡艺术 抛接球 操纵 杂技 杂耍 男 男子 颠球
🤹‍♀️	woman juggling	女生抛接杂耍	act balance balancing handle juggle manage multitask skill 女 杂技 杂耍 颠球
🧘	person in lotus position	盘腿的人	cross legged legs meditation peace relax serenity yoga yogi zen 冥想 放松 沉思 瑜伽 盘腿而坐 禅 莲花坐的人
🧘‍♂️	man in lotus position	盘腿的男人	cross legged legs meditation peace relax serenity yoga yogi zen 和尚 瑜伽男
🧘‍♀️	woman in lotus position	盘腿的女人	cross legged legs meditation peace relax serenity yoga yogi zen 尼姑 比丘尼 瑜伽女
🛀	person taking bath	洗澡的人	bathtub tub 洗澡 浴盆 浴缸 澡盆 盆浴
🛌	person in bed	躺在床上的人	bedtime good goodnight hotel nap night sleep tired zzz sleeping accommodation 入睡 夜里 宾馆 晚安 酒店
🧑‍🤝‍🧑	people holding hands	手拉手的两个人	bae bestie bff couple dating flirt friends hand hold twins 两个人手牵手 人 情侣 手 手牵手的人 拉手 握手 牵手
👭	women holding hands	手拉手的两个女人	bae bestie bff couple dating flirt friends girls hand hold sisters twins two 两个女人 好朋友 情侣 手拉手 朋友
👫	woman and man holding hands	手拉手的一男一女	bae bestie bff couple dating flirt friends hand hold twins 一男一女 情侣 手拉手 相恋
👬	men holding hands	手拉手的两个男人	bae bestie bff boys brothers couple dating flirt friends hand hold twins two 两个男人 双子座 情侣 手拉手 朋友 黄道十二宫
💏	kiss	亲吻	anniversary babe bae couple date dating heart love mwah person romance together xoxo couplekiss 宝贝 情侣 接吻 浪漫 约会
👩‍❤️‍💋‍👨	kiss: woman, man	亲吻: 女人男人	anniversary babe bae couple date dating heart kiss love mwah person romance together woman xoxo mw wm 亲吻 女人 宝贝 情侣 接吻 浪漫 男人 约会
👨‍❤️‍💋‍👨	kiss: man, man	亲吻: 男人男人	anniversary babe bae couple date dating heart kiss love mwah person romance together xoxo mm 亲吻 宝贝 情侣 接吻 浪漫 男人 约会
👩‍❤️‍💋‍👩	kiss: woman, woman	亲吻: 女人女人	anniversary babe bae couple date dating heart kiss love mwah person romance together xoxo ww 亲吻 女人 宝贝 情侣 接吻 浪漫 约会
💑	couple with heart	情侣	anniversary babe bae dating kiss love person relationship romance together you 恋爱 浪漫 红心 约会
👩‍❤️‍👨	couple with heart: woman, man	情侣: 女人男人	anniversary babe bae dating heart kiss love person relationship romance together woman you mw wm 女人 恋爱 情侣 浪漫 男人 红心 约会
👨‍❤️‍👨	couple with heart: man, man	情侣: 男人男人	anniversary babe bae dating heart kiss love person relationship romance together you mm 恋爱 情侣 浪漫 男人 红心 约会
👩‍❤️‍👩	couple with heart: woman, woman	情侣: 女人女人	anniversary babe bae dating heart kiss love person relationship romance together you ww 女人 恋爱 情侣 浪漫 红心 约会
👨‍👩‍👦	family: man, woman, boy	家庭: 男人女人男孩	child family man woman mwb 亲子 女人 家庭 父母和儿子 男人 男孩
👨‍👩‍👧	family: man, woman, girl	家庭: 男人女人女孩	child family man woman mwg 亲子 女人 女孩 家庭 父母和儿子 男人
👨‍👩‍👧‍👦	family: man, woman, girl, boy	家庭: 男人女人女孩男孩	child family girl man woman mwgb 亲子 女人 女孩 家庭 父母和儿子 男人 男孩
👨‍👩‍👦‍👦	family: man, woman, boy, boy	家庭: 男人女人男孩男孩	child family man woman mwbb 亲子 女人 家庭 父母和儿子 男人 男孩
👨‍👩‍👧‍👧	family: man, woman, girl, girl	家庭: 男人女人女孩女孩	child family man woman mwgg 亲子 女人 女孩 家庭 父母和儿子 男人
👨‍👨‍👦	family: man, man, boy	家庭: 男人男人男孩	child family man mmb 亲子 家庭 父母和儿子 男人 男孩
👨‍👨‍👧	family: man, man, girl	家庭: 男人男人女孩	child family man mmg 亲子 女孩 家庭 父母和儿子 男人
👨‍👨‍👧‍👦	family: man, man, girl, boy	家庭: 男人男人女孩男孩	child family girl man mmgb 亲子 女孩 家庭 父母和儿子 男人 男孩
👨‍👨‍👦‍👦	family: man, man, boy, boy	家庭: 男人男人男孩男孩	child family man mmbb 亲子 家庭 父母和儿子 男人 男孩
👨‍👨‍👧‍👧	family: man, man, girl, girl	家庭: 男人男人女孩女孩	child family man mmgg 亲子 女孩 家庭 父母和儿子 男人
👩‍👩‍👦	family: woman, woman, boy	家庭: 女人女人男孩	child family woman wwb 亲子 女人 家庭 父母和儿子 男孩
👩‍👩‍👧	family: woman, woman, girl	家庭: 女人女人女孩	child family woman wwg 亲子 女人 女孩 家庭 父母和儿子
👩‍👩‍👧‍👦	family: woman, woman, girl, boy	家庭: 女人女人女孩男孩	child family girl woman wwgb 亲子 女人 女孩 家庭 父母和儿子 男孩
👩‍👩‍👦‍👦	family: woman, woman, boy, boy	家庭: 女人女人男孩男孩	child family woman wwbb 亲子 女人 家庭 父母和儿子 男孩
👩‍👩‍👧‍👧	family: woman, woman, girl, girl	家庭: 女人女人女孩女孩	child family woman wwgg 亲子 女人 女孩 家庭 父母和儿子
👨‍👦	family: man, boy	家庭: 男人男孩	child family man mb 亲子 家庭 父母和儿子 男人 男孩
👨‍👦‍👦	family: man, boy, boy	家庭: 男人男孩男孩	child family man mbb 亲子 家庭 父母和儿子 男人 男孩
👨‍👧	family: man, girl	家庭: 男人女孩	child family man mg 亲子 女孩 家庭 父母和儿子 男人
👨‍👧‍👦	family: man, girl, boy	家庭: 男人女孩男孩	child family girl man mgb 亲子 女孩 家庭 父母和儿子 男人 男孩
👨‍👧‍👧	family: man, girl, girl	家庭: 男人女孩女孩	child family man mgg 亲子 女孩 家庭 父母和儿子 男人
👩‍👦	family: woman, boy	家庭: 女人男孩	child family woman wb 亲子 女人 家庭 父母和儿子 男孩
👩‍👦‍👦	family: woman, boy, boy	家庭: 女人男孩男孩	child family woman wbb 亲子 女人 家庭 父母和儿子 男孩
👩‍👧	family: woman, girl	家庭: 女人女孩	child family woman wg 亲子 女人 女孩 家庭 父母和儿子
👩‍👧‍👦	family: woman, girl, boy	家庭: 女人女孩男孩	child family girl woman wgb 亲子 女人 女孩 家庭 父母和儿子 男孩
👩‍👧‍👧	family: woman, girl, girl	家庭: 女人女孩女孩	child family woman wgg 亲子 女人 女孩 家庭 父母和儿子
🗣️	speaking head	说话	face silhouette speak 剪影 头 脸 讲话 说话头
👤	bust in silhouette	人像	mysterious shadow 剪影 半身 半身像
👥	busts in silhouette	双人像	bff bust everyone friend friends people 剪影 半身 半身像 朋友
🫂	people hugging	人的拥抱	comfort embrace farewell friendship goodbye hello hug love thanks 再见 友谊 告别 安慰 您好 感谢 抱抱 拥抱 爱
👪️	family	家庭	child 亲子 父母和儿子
🧑‍🧑‍🧒	family: adult, adult, child	一孩家庭	adult family aac 一孩 家庭 父母 独生子女
🧑‍🧑‍🧒‍🧒	family: adult, adult, child, child	二孩家庭	adult family aacc 二孩 家庭 父母 非独生子女
🧑‍🧒	family: adult, child	单亲一孩家庭	adult family aa ac 一孩 单亲 孩子 家庭
🧑‍🧒‍🧒	family: adult, child, child	单亲二孩家庭	adult family acc 二孩 单亲 孩子 家庭
👣	footprints	脚印	barefoot clothing footprint omw print walk 在路上 赤脚 足迹
🫆	fingerprint	指纹	clue crime detective forensics identity mystery print safety trace 侦探 印迹 安全 犯罪 痕迹 神秘 线索 身份 鉴证

🐵	monkey face	猴头	animal banana 动物 猴 猴子
🐒	monkey	猴子	animal banana 猴
🦍	gorilla	大猩猩	animal 动物
🦧	orangutan	红毛猩猩	animal ape monkey 动物 猩猩 猴 猴子 猿
🐶	dog face	狗脸	adorbs animal pet puppies puppy 宠物 小狗 汪星人 狗 脸
🐕️	dog	狗	animal animals dogs pet 动物 宠物 小狗 汪星人
🦮	guide dog	导盲犬	accessibility animal blind 指引 无障碍 盲 盲人
🐕‍🦺	service dog	服务犬	accessibility animal assistance 工作犬 无障碍 服务 犬 狗 辅助
🐩	poodle	贵宾犬	animal dog fluffy 卷毛狗 毛茸茸 狗
🐺	wolf	狼	animal face 头 狼头 脸
🦊	fox	狐狸	animal face 动物 头 狐狸的脸 脸
🦝	raccoon	浣熊	animal curious sly 动物 好奇 淘气 狡猾
🐱	cat face	猫脸	animal kitten kitty pet 宠物 猫 猫咪 脸
🐈️	cat	猫	animal animals cats kitten pet 宠物 小猫
🐈‍⬛	black cat	黑猫	animal feline halloween meow unlucky 万圣节 不吉利 动物 喵 喵星人 猫 猫科 黑色
🦁	lion	狮子	alpha animal face leo mane order rawr roar safari strong zodiac 狮子头 狮子座 脸 黄道十二宫
🐯	tiger face	老虎头	animal big cat predator 森林之王 老虎 脸
🐅	tiger	老虎	animal big cat predator zoo 动物园 虎
🐆	leopard	豹子	animal big cat predator zoo 动物 猎豹 豹
🐴	horse face	马头	animal dressage equine farm horses 盛装舞步 马
🫎	moose	驼鹿	alces animal antlers elk mammal 动物 哺乳动物 鹿角 麋鹿
🫏	donkey	驴	animal ass burro hinny mammal mule stubborn 倔强 动物 哺乳动物 固执的 犟 驴子 骡 骡子
🐎	horse	马	animal equestrian farm racehorse racing 动物 比赛 赛马 骑马
🦄	unicorn	独角兽	face 头 独角兽头 脸
🦓	zebra	斑马	animal stripe 条纹
🦌	deer	鹿	animal 动物
🦬	bison	大野牛	animal buffalo herd wisent 动物 欧洲野牛 水牛 牛 牦牛 畜群 野牛
🐮	cow face	奶牛头	animal farm milk moo 乳牛 奶牛 母牛 牛头 脸
🐂	ox	公牛	animal animals bull farm taurus zodiac 牛 金牛座 黄道十二宫
🐃	water buffalo	水牛	animal zoo 水牛
🐄	cow	奶牛	animal animals farm milk moo 乳牛 牛
🐷	pig face	猪头	animal bacon farm pork 八戒 猪 脸
🐖	pig	猪	animal bacon farm pork sow 培根 猪肉
🐗	boar	野猪	animal pig 动物 猪
🐽	pig nose	猪鼻子	animal face farm smell snout 猪 脸 闻 鼻 鼻子
🐏	ram	公羊	animal aries horns male sheep zodiac zoo 白羊座 羊 雄性 黄道十二宫
🐑	ewe	母羊	animal baa farm female fluffy lamb sheep wool 咩 毛茸茸 绵羊 羊 羊毛 雌性
🐐	goat	山羊	animal capricorn farm milk zodiac 摩羯座 黄道十二宫
🐪	camel	骆驼	animal desert dromedary hump one 单峰 单峰驼 沙漠 驼峰
🐫	two-hump camel	双峰骆驼	animal bactrian desert hump two 双峰 沙漠 骆驼
🦙	llama	美洲鸵	alpaca animal guanaco vicuña wool 动物 原驼 小羊驼 无峰驼 羊毛 羊驼 骆马
🦒	giraffe	长颈鹿	animal spots 斑点
🐘	elephant	大象	animal 动物 象
🦣	mammoth	猛犸	animal extinction large tusk wooly 动物 大型 有绒毛的 灭绝 猛犸象 长毛象 长牙
🦏	rhinoceros	犀牛	animal rhino 动物
🦛	hippopotamus	河马	animal hippo 动物
🐭	mouse face	老鼠头	animal 鼠
🐁	mouse	老鼠	animal animals 耗子 鼠
🐀	rat	耗子	animal 鼠
🐹	hamster	仓鼠	animal face pet 仓鼠头 啮齿 头 宠物 脸
🐰	rabbit face	兔子头	animal bunny pet 兔 兔宝宝 宠物
🐇	rabbit	兔子	animal bunny pet 兔 动物
🐿️	chipmunk	松鼠	animal squirrel 花栗鼠 金花鼠
🦫	beaver	海狸	animal dam teeth 动物 大板牙 母畜
🦔	hedgehog	刺猬	animal spiny 多刺
🦇	bat	蝙蝠	animal vampire 吸血鬼
🐻	bear	熊	animal face grizzly growl honey 低吼 头 灰熊 熊头 熊脸 脸
🐻‍❄️	polar bear	北极熊	animal arctic white face 北极 熊 白色
🐨	koala	考拉	animal australia bear down face marsupial under 动物 有袋类动物 树袋熊 澳大利亚
🐼	panda	熊猫	animal bamboo face 头 熊猫脸 猫熊 猫熊脸 胖达 脸
🦥	sloth	树懒	lazy slow 慢 懒 爬树 迟缓
🦦	otter	水獭	animal fishing playful 动物 好玩 捕鱼 爱开玩笑 獭 鼬
🦨	skunk	臭鼬	animal stink 熏 臭 鼬
🦘	kangaroo	袋鼠	animal joey jump marsupial 动物 小袋鼠 有袋目动物 有袋类动物 澳洲 跳 跳跃
🦡	badger	獾	animal honey pester 动物 打扰 纠缠 蜜獾
🐾	paw prints	爪印	feet paws print 爪 爪子 足迹
🦃	turkey	火鸡	bird gobble thanksgiving 感恩节
🐔	chicken	鸡	animal bird ornithology face 动物
🐓	rooster	公鸡	animal bird ornithology 动物 鸡
🐣	hatching chick	小鸡破壳	animal baby bird egg 小鸡 破壳
🐤	baby chick	小鸡	animal bird ornithology 鸡
🐥	front-facing baby chick	正面朝向的小鸡	animal bird newborn ornithology hatched 小鸡
🐦️	bird	鸟	animal ornithology face 动物 鸟类学
🐧	penguin	企鹅	animal antarctica bird ornithology face 南极 南极洲
🕊️	dove	鸽	bird fly ornithology peace 和平 和平象征 飞翔 鸟 鸽子
🦅	eagle	鹰	animal bird ornithology 老鹰 鸟
🦆	duck	鸭子	animal bird ornithology 鸟 鸭
🦢	swan	天鹅	animal bird cygnet duckling ornithology ugly 丑小鸭 动物 小天鹅 鸟
🦉	owl	猫头鹰	animal bird ornithology wise 睿智 鸟
🦤	dodo	渡渡鸟	animal bird extinction large ornithology 动物 灭绝 鸟
🪶	feather	羽毛	bird flight light plumage 轻 飞 鸟
🦩	flamingo	火烈鸟	animal bird flamboyant ornithology tropical 华丽 热带 红鹳 艳丽
🦚	peacock	孔雀	animal bird colorful ornithology ostentatious peahen pretty proud 卖弄 招摇 色彩缤纷 雌孔雀 骄傲 鸟
🦜	parrot	鹦鹉	animal bird ornithology pirate talk 剽窃 模仿 说话 鸟
🪽	wing	翅膀	angelic ascend aviation bird fly flying heavenly mythology soar 升天 天使 天使的 天堂的 神话 翱翔 飞翔 飞行 鸟
🐦‍⬛	black bird	黑色的鸟	animal beak caw corvid crow ornithology raven rook 乌鸦 动物 喙 渡鸦 秃鼻乌鸦 老鸦 鸟 鸦叫声 鸦科 黑色
🪿	goose	鹅	animal bird duck flock fowl gaggle gander geese honk ornithology silly 傻 傻瓜 动物 嘎嘎叫声 家禽 雄鹅 鸟 鸣叫 鸭子 鸭群 鹅群
🐦‍🔥	phoenix	凤凰	ascend ascension emerge fantasy firebird glory immortal rebirth reincarnation reinvent renewal revival revive rise transform 不朽 不死鸟 东山再起 凤凰传奇 幻兽 幻想 浴火重生 火鸟 灵魂转世 神奇动物 重生 重获新生
🐸	frog	青蛙	animal face 动物 头 脸 青蛙头
🐊	crocodile	鳄鱼	animal zoo 鳄鱼
🐢	turtle	龟	animal terrapin tortoise 乌龟 海龟 陆龟
🦎	lizard	蜥蜴	animal reptile 爬行动物
🐍	snake	蛇	animal bearer ophiuchus serpent zodiac 持票人 狡猾的人 蛇夫座 黄道十二宫
🐲	dragon face	龙头	animal fairy fairytale tale 神话 童话 龙
🐉	dragon	龙	animal fairy fairytale knights tale 中国 权力的游戏
🦕	sauropod	蜥蜴类	brachiosaurus brontosaurus dinosaur diplodocus 万龙属 恐龙 梁龙 腕龙 雷龙
🦖	T-Rex	霸王龙	dinosaur rex t t-rex tyrannosaurus trex 恐龙 暴龙 暴龙君主
🐳	spouting whale	喷水的鲸	animal beach face ocean 喷水 鲸
🐋	whale	鲸鱼	animal beach ocean 鲸鱼
🐬	dolphin	海豚	animal beach flipper ocean 鸭脚板
🫍	orca	虎鲸	marine ocean whale 大海 海洋 鲸 鲸鱼
🦭	seal	海豹	animal lion ocean sea 动物 海洋 海狮
🐟️	fish	鱼	animal dinner fishes fishing pisces zodiac 双鱼座 星座 黄道十二宫
🐠	tropical fish	热带鱼	animal fishes 热带 鱼
🐡	blowfish	河豚	animal fish 鱼
🦈	shark	鲨鱼	animal fish 鱼 鲨
🐙	octopus	章鱼	animal creature ocean 八爪 鱼
🐚	spiral shell	海螺	animal beach conch sea 螺 螺旋
🪸	coral	珊瑚	change climate ocean reef sea 气候变化 海洋 珊瑚礁 礁
🪼	jellyfish	水母	animal aquarium burn invertebrate jelly life marine ocean ouch plankton sea sting stinger tentacles 刺毛 动物 发光 哎哟 无脊椎动物 有刺动物 果冻 水族馆 浮游生物 海洋 海洋生物 海蜇 触手
🦀	crab	蟹	cancer zodiac 巨蟹座 螃蟹 黄道十二宫
🦞	lobster	龙虾	animal bisque claws seafood 浓汤 海鲜 红龙虾 贝类浓汤 钳 鳌
🦐	shrimp	虾	food shellfish small 甲壳 贝类水产 食物
🦑	squid	乌贼	animal food mollusk 墨鱼 软体动物 食物 鱿鱼
🦪	oyster	牡蛎	diving pearl 海鲜 珍珠 生蚝
🐌	snail	蜗牛	animal escargot garden nature slug 法国蜗牛
🦋	butterfly	蝴蝶	insect pretty 昆虫 漂亮 美丽
🐛	bug	毛毛虫	animal garden insect 昆虫 毛虫
🐜	ant	蚂蚁	animal garden insect 蚂蚁
🐝	honeybee	蜜蜂	animal bee bumblebee honey insect nature spring 勤劳 昆虫 蜂蜜
🪲	beetle	甲虫	animal bug insect 动物 昆虫 虫子
🐞	lady beetle	瓢虫	animal garden insect ladybird ladybug nature 昆虫 母
🦗	cricket	蟋蟀	animal bug grasshopper insect orthoptera 昆虫 蚱蜢 蛐蛐
🪳	cockroach	蟑螂	animal insect pest roach 动物 害虫 小强 昆虫 虫子
🕷️	spider	蜘蛛	animal insect 昆虫
🕸️	spider web	蜘蛛网	蛛网 蜘蛛
🦂	scorpion	蝎子	scorpio scorpius zodiac 天蝎宫 天蝎座 黄道十二宫
🦟	mosquito	蚊子	bite disease fever insect malaria pest virus 发烧 发热 昆虫 疟疾 疾病 病 病毒
🪰	fly	苍蝇	animal disease insect maggot pest rotting 动物 害虫 疾病 腐烂 虫子 蛆
🪱	worm	蠕虫	animal annelid earthworm parasite 动物 寄生虫 环节动物 蚯蚓
🦠	microbe	细菌	amoeba bacteria science virus 变形虫 病毒 科学 阿米巴
💐	bouquet	花束	anniversary birthday date flower love plant romance 周年纪念 生日 罗曼史 鲜花
🌸	cherry blossom	樱花	flower plant spring springtime 花
💮	white flower	白花	花
🪷	lotus	莲花	beauty buddhism calm flower hinduism peace purity serenity 佛教 印度教 幽静 恬静 纯洁 花 花朵
🏵️	rosette	圆形花饰	plant 光荣花 植物 花 花圈
🌹	rose	玫瑰	beauty elegant flower love plant red valentine 优雅 红玫瑰 花
🥀	wilted flower	枯萎的花	dying 凋谢 枯萎 花
🌺	hibiscus	芙蓉	flower plant 木槿 植物 花
🌻	sunflower	向日葵	flower outdoors plant sun 太阳 太阳花 花
🌼	blossom	开花	buttercup dandelion flower plant 花 蒲公英
🌷	tulip	郁金香	blossom flower growth plant 开花 花
🪻	hyacinth	风信子	bloom bluebonnet flower indigo lavender lilac lupine plant purple shrub snapdragon spring violet 春天 植物 灌木 矢车菊 紫丁香 紫罗兰 紫色 羽扇豆 花 花朵 蓝帽花 薰衣草 金鱼草 靛蓝
🌱	seedling	幼苗	plant sapling sprout young 发芽 芽 苗
🪴	potted plant	盆栽植物	decor grow house nurturing pot 培育 房子 枯燥 植物 生长 盆景 盆栽 花盆
🌲	evergreen tree	松树	christmas forest pine 圣诞树 常青树 树
🌳	deciduous tree	落叶树	forest green habitat shedding 树 落叶 落叶植物
🌴	palm tree	棕榈树	beach plant tropical 树 棕榈 热带
🌵	cactus	仙人掌	desert drought nature plant 干旱 植物 沙漠
🌾	sheaf of rice	稻子	ear grain grains plant 稻 米 粮食 谷物
🌿	herb	药草	leaf plant 草药 香草
☘️	shamrock	三叶草	irish plant 爱尔兰 苜蓿 酢浆草
🍀	four leaf clover	四叶草	4 four-leaf irish lucky plant 幸运 爱尔兰的
🍁	maple leaf	枫叶	falling 树叶 秋叶 落叶
🍂	fallen leaf	落叶	autumn fall falling 叶 秋
🍃	leaf fluttering in wind	风吹叶落	blow flutter leaves 叶子 树叶 随风飘舞
🪹	empty nest	空巢	branch home nesting 家 树枝 筑巢 鸟巢
🪺	nest with eggs	有蛋的巢	bird branch egg nesting 树枝 筑巢 蛋 鸟 鸟巢 鸟蛋
🍄	mushroom	蘑菇	fungus toadstool 毒蕈 真菌
🪾	leafless tree	无叶树	bare barren branches dead drought trunk winter wood 冬天 冬季 干旱 无叶 木 树 树干 树枝 死 秃 荒芜

🍇	grapes	葡萄	dionysus fruit grape 水果
🍈	melon	甜瓜	cantaloupe fruit 哈密瓜 水果 蜜瓜 香瓜
🍉	watermelon	西瓜	fruit 水果
🍊	tangerine	橘子	c citrus fruit nectarine orange vitamin 柑桔 柑橘 桔子 水果 油桃 维他命 c
🍋	lemon	柠檬	citrus fruit sour 柑橘 水果 酸
🍋‍🟩	lime	青柠	acidity citrus cocktail fruit garnish key margarita mojito refreshing salsa sour tangy tequila tropical zest 柑橘属 橘属 水果 清爽 热带 绿色 莫吉托 调味汁 酸味酒精饮料 酸橙 酸橙派 酸爽
🍌	banana	香蕉	fruit potassium 水果 钾
🍍	pineapple	菠萝	colada fruit pina tropical 水果 热带
🥭	mango	芒果	food fruit tropical 水果 热带 食物
🍎	red apple	红苹果	diet food fruit health ripe 健康 水果 熟 红 苹果 食物
🍏	green apple	青苹果	fruit 水果 苹果 青
🍐	pear	梨	fruit 水果
🍑	peach	桃	fruit 水果
🍒	cherries	樱桃	berries cherry fruit red 水果
🍓	strawberry	草莓	berry fruit 水果 浆果
🫐	blueberries	蓝莓	berries berry bilberry blue blueberry food fruit 水果 浆果 越桔 食物
🥝	kiwi fruit	猕猴桃	food 奇异果 水果 食物
🍅	tomato	西红柿	food fruit vegetable 水果 番茄 蔬菜
🫒	olive	橄榄	food 食物
🥥	coconut	椰子	colada palm piña 棕榈 菠萝椰子兰姆酒
🥑	avocado	鳄梨	food fruit 水果 牛油果 酪梨 食物 黄油果
🍆	eggplant	茄子	aubergine vegetable 蔬菜
🥔	potato	土豆	food vegetable 蔬菜 食物 马铃薯
🥕	carrot	胡萝卜	food vegetable 蔬菜 食物
🌽	ear of corn	玉米	crops farm maize maze 农作物 包谷 苞米
🌶️	hot pepper	红辣椒	辣 辣椒
🫑	bell pepper	灯笼椒	capsicum food vegetable 蔬菜 辣椒 青椒 食物
🥒	cucumber	黄瓜	food pickle vegetable 泡菜 腌菜 蔬菜 食物
🥬	leafy green	绿叶蔬菜	bok burgers cabbage choy kale lettuce salad 卷心菜 圆白菜 小白菜 甘蓝 生菜 羽衣甘蓝 色拉 莴苣
🥦	broccoli	西兰花	cabbage wild 甘蓝 野生卷心菜
🧄	garlic	蒜	flavoring 佐料 大蒜 蒜头 调味
🧅	onion	洋葱	flavoring 佐料 调味
🥜	peanuts	花生	food nut peanut vegetable 坚果 蔬菜 食物
🫘	beans	豆	food kidney legume small 肾 豆子 豆类 食物
🌰	chestnut	栗子	almond plant 杏仁
🫚	ginger root	姜	beer health herb natural spice 健康 啤酒 天然 根 根汁啤酒 根茎 草药 香料
🫛	pea pod	豌豆荚	beans beanstalk edamame legume soybean vegetable veggie 大豆 毛豆 素食者 荚 蔬菜 豆 豆类 豆茎 豆荚 豌豆 黄豆
🍄‍🟫	brown mushroom	褐色蘑菇	food fungi fungus nature pizza portobello shiitake shroom spore sprout toppings truffle vegetable vegetarian veggie 披萨配料 拖沓 无聊 棕色 植物 素食 素食主义者 自然 菌类 蔬菜 蘑菇 褐色 褐菇 食物
🫜	root vegetable	根菜	beet food garden radish salad turnip vegetarian 根 甜菜 素食 色拉 芜菁 菜园 萝卜 蔬菜 食物
🍞	bread	面包	carbs food grain loaf restaurant toast wheat 一条面包 全麦面包 小麦 淀粉 烤面包 谷类 食物 餐厅
🥐	croissant	羊角面包	bread breakfast crescent food french roll 新月形面包 法式 牛角面包 面包 食物
🥖	baguette bread	法式长棍面包	food french 法式 法式长条面包 面包 食物
🫓	flatbread	扁面包	arepa bread food gordita lavash naan pita 圆盘状烤饼 玉米饼 皮塔饼 薄脆饼 面包 面饼 食物
🥨	pretzel	椒盐卷饼	convoluted twisted 弯曲 扭曲食品 盘绕 缠绕 错综复杂
🥯	bagel	面包圈	bakery bread breakfast schmear 奶酪酱 早餐 烘烤食品 硬面包圈 贝果 面包
🥞	pancakes	烙饼	breakfast crêpe food hotcake pancake 煎饼 薄煎饼 薄饼 食物
🧇	waffle	华夫饼	breakfast indecisive iron 松饼 格子饼 点心 烤 甜点 窝夫饼
🧀	cheese wedge	芝士	奶酪 起司
🍖	meat on bone	排骨	带骨的肉 肉 骨
🍗	poultry leg	家禽的腿	bone chicken drumstick hungry turkey 家禽 火鸡 饿 骨 鸡肉 鸡腿
🥩	cut of meat	肉块	chop lambchop porkchop red steak 排骨 牛排 猪排 红肉 羊排 肉 肉排
🥓	bacon	培根	breakfast food meat 烟肉 熏肉 肉 背肯 食物
🍔	hamburger	汉堡	burger eat fast food hungry 吃 汉堡包 速食 食物 饿
🍟	french fries	薯条	fast food 快餐 油炸 食物
🍕	pizza	披萨	cheese food hungry pepperoni slice 一片比萨 比萨 比萨饼 起司 辣味香肠 食物 饿
🌭	hot dog	热狗	frankfurter hotdog sausage 香肠
🥪	sandwich	三明治	bread 面包
🌮	taco	墨西哥卷饼	mexican 卷饼 墨西哥 墨西哥玉米卷 玉米卷饼
🌯	burrito	墨西哥玉米煎饼	mexican wrap 卷饼 墨西哥 墨西哥卷饼 玉米煎饼
🫔	tamale	墨西哥粽子	food mexican pamonha wrapped 墨西哥 墨西哥饼 巴西粽 粽子 食物
🥙	stuffed flatbread	夹心饼	falafel food gyro kebab 大饼 夹心 沙拉三明治 炸豆丸子 烤肉串 肉夹馍 食物
🧆	falafel	炸豆丸子	chickpea meatball 中东蔬菜球 油炸鹰嘴豆饼 肉丸 鹰嘴豆
🥚	egg	蛋	breakfast food 食物
🍳	cooking	煎蛋	breakfast easy egg fry frying over pan restaurant side sunny up fried 一面老一面嫩的煎蛋 做菜 只煎一面老 平底锅 早餐 煎 蛋 食堂
🥘	shallow pan of food	装有食物的浅底锅	casserole paella 平底锅 浅底 炖菜 炖锅 煎锅 西班牙海鲜饭 食物
🍲	pot of food	一锅食物	soup stew 炖菜 锅 食物
🫕	fondue	奶酪火锅	cheese chocolate food melted pot ski 奶酪 奶酪锅 巧克力 火锅 煮 煲汤 瑞士 融化 锅 食物
🥣	bowl with spoon	碗勺	breakfast cereal congee oatmeal porridge 早餐 燕麦 燕麦粥 碗中汤匙 碗和汤匙 稀饭 粥 谷物
🥗	green salad	绿色沙拉	food 沙拉 绿色蔬菜 食物
🍿	popcorn	爆米花	corn movie pop 看电影
🧈	butter	黄油	dairy 乳制品 牛奶
🧂	salt	盐	condiment flavor mad salty shaker taste upset 佐料瓶 味道 咸 火大 调味品 调味料
🥫	canned food	罐头食品	can 罐头
🍱	bento box	盒饭	food 便当 便当盒 食物
🍘	rice cracker	米饼	food 米 米果 食物
🍙	rice ball	饭团	food japanese 日式饭团 日本 米 食物
🍚	cooked rice	米饭	food 主食 米 食物 饭
🍛	curry rice	咖喱饭	food 咖喱 食物 饭
🍜	steaming bowl	面条	chopsticks food noodle pho ramen soup 拉面 河粉 热气腾腾 热气腾腾面碗 碗 筷子 食物
🍝	spaghetti	意粉	food meatballs pasta restaurant 意大利面 意面 肉丸 食物 餐厅
🍠	roasted sweet potato	烤红薯	food 地瓜 烤地瓜 红薯 食物
🍢	oden	关东煮	food kebab restaurant seafood skewer stick 串 卡博 海鲜 食物 餐馆
🍣	sushi	寿司	food 食物
🍤	fried shrimp	天妇罗	prawn tempura 对虾 油炸 炸虾 虾
🍥	fish cake with swirl	鱼板	food pastry restaurant 鱼 鱼饼
🥮	moon cake	月饼	autumn festival yuèbǐng 中秋节 秋 秋天 节日
🍡	dango	团子	dessert japanese skewer stick sweet 串 和果子 日本 甜点 糖葫芦
🥟	dumpling	饺子	empanada gyōza jiaozi pierogi potsticker 恩潘纳达 水饺 波兰饺子 煎饺
🥠	fortune cookie	幸运饼干	prophecy 签餅 算命 预言
🥡	takeout box	外卖盒	chopsticks delivery food oyster pail 中式外卖 外卖 外卖包装 外卖桶 外卖餐盒 牡蛎桶 盒饭 筷子 送餐 送餐服务
🍦	soft ice cream	圆筒冰激凌	dessert food icecream restaurant serve sweet 冰淇淋 圆筒冰淇淋 甜 甜点 霜淇淋 食物
🍧	shaved ice	刨冰	dessert restaurant sweet 冰 冰沙 沙冰 甜 甜点 餐馆
🍨	ice cream	冰淇淋	dessert food restaurant sweet 冰 冰激凌 奶油 甜 甜点 雪糕
🍩	doughnut	甜甜圈	breakfast dessert donut food sweet 甜 甜点 食物
🍪	cookie	饼干	chip chocolate dessert sweet 巧克力片 曲奇 曲奇饼 甜点
🎂	birthday cake	生日蛋糕	bday celebration dessert happy pastry sweet 庆祝 甜 甜点 生日 生日快乐 糕点 蛋糕
🍰	shortcake	水果蛋糕	cake dessert pastry slice sweet 一片蛋糕 奶油 奶油酥饼 甜点 糕点 蛋糕
🧁	cupcake	纸杯蛋糕	bakery dessert sprinkles sugar sweet treat 烘焙食品 甜点 请客 面包店
🥧	pie	派	apple filling fruit meat pastry pumpkin slice 一片派 南瓜派 水果派 油酥点心 糕点 肉排 苹果派 馅
🍫	chocolate bar	巧克力	candy dessert halloween sweet tooth 万圣节 巧克力棒 甜 甜品 甜点 糖果
🍬	candy	糖	cavities dessert halloween restaurant sweet tooth wrapper 万圣节 嗜甜食 爱吃甜食 甜 甜点 糖果 糖果纸 蛀牙 餐馆
🍭	lollipop	棒棒糖	candy dessert food restaurant sweet 果子 甜 糖 糖果
🍮	custard	奶黄	dessert pudding sweet 卡士达 甜点 蛋奶冻 蛋奶沙司
🍯	honey pot	蜂蜜	barrel bear food honeypot jar sweet 小熊维尼 桶 甜 蜜罐
🍼	baby bottle	奶瓶	babies birth born drink infant milk newborn 奶 婴儿 新生儿
🥛	glass of milk	一杯奶	drink 喝 奶 杯 牛奶
☕️	hot beverage	热饮	cafe caffeine chai coffee drink morning steaming tea 咖啡 早晨 星巴克 热气腾腾 茶 饮料
🫖	teapot	茶壶	brew drink food pot tea 冲泡 壶 茶 食物
🍵	teacup without handle	热茶	beverage cup drink oolong tea 乌龙茶 无柄茶杯 杯 没有把手的茶杯 热饮 茶 茶杯 饮料
🍶	sake	清酒	bar beverage bottle cup drink restaurant 喝酒 清酒杯 清酒瓶 瓶 酒 酒吧 酒杯 饮料
🍾	bottle with popping cork	开香槟	bar drink champagne 喝酒 庆祝 木塞 瓶子 砰 砰木塞的瓶子 香槟
🍷	wine glass	葡萄酒	alcohol bar beverage booze club drink drinking drinks restaurant 俱乐部 喝酒 酒 酒吧 酒杯 饮料
🍸️	cocktail glass	鸡尾酒	alcohol bar booze club drink drinking drinks mad martini men 俱乐部 喝酒 杯 玻璃杯 酒 酒吧 马丁尼 鸡尾酒杯
🍹	tropical drink	热带水果饮料	alcohol bar booze club cocktail drinking drinks drunk mai party tai tropics 俱乐部 喝酒 热带饮料 酒 酒吧 饮料 鸡尾酒
🍺	beer mug	啤酒	alcohol ale bar booze drink drinking drinks octoberfest oktoberfest pint stein summer 啤酒节 喝酒 杯 酒 酒吧
🍻	clinking beer mugs	干杯	alcohol bar booze bottoms cheers clink drinking drinks beers 啤酒 喝酒 碰杯 酒 酒吧
🥂	clinking glasses	碰杯	celebrate clink drink glass 喝 干杯 庆祝 杯
🥃	tumbler glass	平底杯	liquor scotch shot whiskey whisky 一杯威士忌 威士忌 平底无脚杯 杯 玻璃杯 酒 随行杯
🫗	pouring liquid	倾倒液体	accident drink empty glass oops pour spill water 倒出 倾倒 洒出 流出 玻璃杯 碰倒 空 饮料
🥤	cup with straw	带吸管杯	drink juice malt soda soft water 带吸管的杯子 果汁 水 汽水 苏打 苏打饮料 软饮料 麦乳精饮料
🧋	bubble tea	珍珠奶茶	boba food milk pearl drink 奶茶 泡泡 牛奶 珍珠 茶 茶饮 饮料
🧃	beverage box	饮料盒	juice straw sweet 吸管 果汁 果汁盒 甜味 盒装
🧉	mate	马黛茶	drink 茶 饮料
🧊	ice	冰块	cold cube iceberg 冰 冰冷 冰山 冷 冷却 冷饮
🥢	chopsticks	筷子	hashi jeotgarak kuaizi 箸
🍽️	fork and knife with plate	餐具	cooking dinner eat 做菜 刀 刀叉与盘 叉 晚餐 烹饪 盘 西餐
🍴	fork and knife	刀叉	breakfast breaky cooking cutlery delicious dinner eat feed food hungry lunch restaurant yum yummy 中餐 刀 午餐 叉 吃 吃早餐 吃饭 好吃 早餐 晚餐 烹调 西餐 餐具 饿了
🥄	spoon	匙	eat tableware 勺 勺子 匙子 汤匙 调羹 餐具
🔪	kitchen knife	菜刀	chef cooking hocho tool weapon 主厨 刀 武器 烹饪
🫙	jar	罐	condiment container empty nothing sauce store 容器 瓶子 空 空瓶 调味品 贮藏 酱
🏺	amphora	双耳瓶	aquarius cooking drink jug tool weapon zodiac 壶 水瓶 罐

🌍️	globe showing Europe-Africa	地球上的欧洲非洲	africa earth europe europe-africa world 世界 地球 欧洲 非洲
🌎️	globe showing Americas	地球上的美洲	americas earth world 世界 全球 地球 美洲
🌏️	globe showing Asia-Australia	地球上的亚洲澳洲	asia asia-australia australia earth world 世界 亚洲 亚澳 全球 地球 地球上的亚洲 澳洲
🌐	globe with meridians	带经纬线的地球	earth internet web world worldwide 世界 全球 地球 子午线 经纬 经线
🗺️	world map	世界地图	世界 地图
🗾	map of Japan	日本地图	japan 地图 日本
🧭	compass	指南针	direction magnetic navigation orienteering 定向 导航 方向 磁性 罗盘
🏔️	snow-capped mountain	雪山	cold snow 冷 山 泠 雪 雪封山头 雪顶
⛰️	mountain	山	峰
🛘	landslide	山体滑坡	avalanche danger disaster earthquake mountain mudslide rocks 危险 地震 塌方 山 山崩 山石 岩石 泥石流 灾害 灾难
🌋	volcano	火山	eruption mountain nature 喷发 大自然 山 爆发
🗻	mount fuji	富士山	mountain nature 大自然 山
🏕️	camping	露营	帐篷
🏖️	beach with umbrella	沙滩伞	伞 有伞的海滩 沙滩 海滩 阳伞
🏜️	desert	沙漠	荒漠
🏝️	desert island	无人荒岛	岛 沙滩孤岛 沙漠 荒岛
🏞️	national park	国家公园	公园 自然 风景
🏟️	stadium	体育馆	竞技场
🏛️	classical building	古典建筑	古典 古建筑
🏗️	building construction	施工	crane site 兴建 建筑施工
🧱	brick	砖	bricks clay mortar wall 墙 砂浆 黏土
🪨	rock	岩石	boulder heavy solid stone tough 固体 坚不可摧 巨石 石头
🪵	wood	木头	log lumber timber 原木 圆木 木材 木桩
🛖	hut	小屋	home house roundhouse shelter yurt 圆屋 家 茅屋 蒙古包
🏘️	houses	房屋建筑	house homes 住宅 小区 房 房子
🏚️	derelict house	废墟	home abandoned 废屋 荒宅 荒废 鬼屋
🏠️	house	房子	building country heart home ranch settle simple suburban suburbia where 乡村家园 住家 家 建筑 心之所在 房屋 郊区
🏡	house with garden	别墅	building country heart home ranch settle simple suburban suburbia where 乡村家园 住家 家 庭院 庭院居家 建筑 心之所在 房子 花园 郊区
🏢	office building	办公楼	city cubical job 写字楼 建筑
🏣	Japanese post office	日本邮局	building japanese 建筑 日本 邮便 邮局
🏤	post office	邮局	building european 建筑 欧洲 欧洲邮局
🏥	hospital	医院	building doctor medicine 医生 医药 建筑 看病
🏦	bank	银行	building 建筑
🏨	hotel	酒店	building 建筑 旅馆
🏩	love hotel	情人酒店	building 建筑 情人旅馆 情侣酒店 旅馆
🏪	convenience store	便利店	24 building hours 24 小时 商店 建筑
🏫	school	学校	building 建筑 教学楼
🏬	department store	商场	building 建筑 百货公司 百货商城 百货商店
🏭️	factory	工厂	building 建筑
🏯	Japanese castle	日本城堡	building japanese 城堡 建筑 日本
🏰	castle	欧洲城堡	building european 城堡 建筑 欧洲
💒	wedding	婚礼	chapel hitched nuptials romance 教堂 浪漫 结婚
🗼	Tokyo tower	东京塔	tokyo 东京 塔
🗽	Statue of Liberty	自由女神像	liberty new ny nyc statue york 塑像 纽约 自由 雕塑
⛪️	church	教堂	bless chapel christian cross religion 基督 基督教 宗教 小教堂
🕌	mosque	清真寺	islam masjid muslim religion 伊斯兰 宗教 穆斯林
🛕	hindu temple	印度寺庙	佛寺 佛教 寺庙 寺院 庙宇
🕍	synagogue	犹太教堂	jew jewish judaism religion temple 会堂 宗教 犹太 犹太教
⛩️	shinto shrine	神社	religion 宗教 日本 神道教
🕋	kaaba	克尔白	hajj islam muslim religion umrah 伊斯兰 天房 宗教 穆斯林
⛲️	fountain	喷泉	喷泉
⛺️	tent	帐篷	camping 露营
🌁	foggy	有雾	fog 雾 霾
🌃	night with stars	夜晚	star 星空 晚上
🏙️	cityscape	城市风光	city 城市 都市 都市景观 高楼大厦
🌄	sunrise over mountains	山顶日出	morning sun 太阳 山 日出 早晨 清晨
🌅	sunrise	日出	morning nature sun 大自然 太阳 早晨 清晨
🌆	cityscape at dusk	城市黄昏	building city evening landscape sun sunset 城市 夜晚 日落 都市 黄昏
🌇	sunset	日落	building dusk sun city sunrise 夕阳
🌉	bridge at night	夜幕下的桥	夜幕 晚上 桥
♨️	hot springs	温泉	hotsprings steaming 水 泉 热气腾腾 蒸汽
🎠	carousel horse	旋转木马	entertainment 木马 游乐园
🛝	playground slide	游乐场滑梯	amusement park play playing sliding theme 游乐园 游乐场 滑梯 玩 玩耍
🎡	ferris wheel	摩天轮	amusement park theme 游乐园
🎢	roller coaster	过山车	amusement park theme 游乐园
💈	barber pole	理发店	cut fresh haircut shave 旋转 柱 理发 理发师 理发店旋转彩柱
🎪	circus tent	马戏团帐篷	帐篷 马戏团
🚂	locomotive	蒸汽火车	caboose engine railway steam train trains travel 守车 旅行 火车 火车头 蒸汽 蒸汽车头 铁路
🚃	railway car	轨道车	electric train tram travel trolleybus 旅行 电车 铁路
🚄	high-speed train	高速列车	railway shinkansen speed bullettrain side 动车 新干线 火车 速度 高铁
🚅	bullet train	子弹头高速列车	high-speed nose railway shinkansen speed travel bullettrain front 动车 子弹列车 子弹头 新干线 火车 高速 高铁
🚆	train	火车	arrived choo railway 到站 呜呜 铁路
🚇️	metro	地铁	subway travel 捷运
🚈	light rail	轻轨	arrived monorail railway 到站 单轨电车 火车
🚉	station	车站	railway train 地铁 捷运 火车 铁路
🚊	tram	路面电车	trolleybus 捷运 电车
🚝	monorail	单轨	vehicle 单轨电车 火车
🚞	mountain railway	山区铁路	car trip 山区 山地铁路 火车 铁路
🚋	tram car	有轨电车	bus trolley trolleybus 轨道
🚌	bus	公交车	school vehicle 公交 公共汽车 大巴
🚍️	oncoming bus	迎面驶来的公交车	cars 公交 公共汽车 大巴 迎面驶来
🚎	trolleybus	无轨电车	bus tram trolley 公共汽车 电车
🚐	minibus	小巴	bus drive van vehicle 公共汽车 开车 移动房车
🚑️	ambulance	救护车	emergency vehicle 急救 车辆
🚒	fire engine	消防车	truck 救火车 火灾
🚓	police car	警车	5–0 cops patrol 巡逻 檀岛警騎 汽车 警察
🚔️	oncoming police car	迎面驶来的警车	汽车 警察 警车
🚕	taxi	出租车	cab cabbie car drive vehicle yellow 小黄 开车 汽车 的士 计程车
🚖	oncoming taxi	迎面驶来的出租车	cab cabbie cars drove hail yellow 优步 出租车 叫车 小黄 开车 的士
🚗	automobile	汽车	car driving vehicle red 开车 轿车
🚘️	oncoming automobile	迎面驶来的汽车	car cars drove vehicle 开车 汽车 轿车 迎面而来
🚙	sport utility vehicle	运动型多用途车	car drive recreational sportutility blue suv 休旅车 休闲车 开车 房车 汽车 车辆 轿车 驾驶
🛻	pickup truck	敞蓬小型载货卡车	automobile car flatbed pick-up transportation 交通工具 卡车 汽车 皮卡 车 载货
🚚	delivery truck	货车	car drive vehicle 卡车 开车 送货
🚛	articulated lorry	铰接式货车	car drive move semi truck vehicle 卡车 拖车 搬运 货车 铰接式卡车
🚜	tractor	拖拉机	vehicle 拖拉机
🏎️	racing car	赛车	zoom 汽车 疾驰 跑车
🏍️	motorcycle	摩托车	racing 摩托 赛车
🛵	motor scooter	小型摩托车	摩托车 踏板车
🦽	manual wheelchair	手动轮椅	accessibility 无障碍 轮椅
🦼	motorized wheelchair	电动轮椅	accessibility 无障碍 轮椅
🛺	auto rickshaw	三轮摩托车	tuk 三脚鸡 三蹦子 嘟嘟车 电动三轮车 自动人力车 黄包车
🚲️	bicycle	自行车	bike class cycle cycling cyclist gang ride spin spinning 单车 脚踏车 自行车骑士 飞驰 骑车 骑车疾驰
🛴	kick scooter	滑板车	滑板车
🛹	skateboard	滑板	board skate skater wheels 板 踩滑板
🛼	roller skate	四轮滑冰鞋	blades skates sport 旱冰 溜冰 溜冰鞋 滑冰 轮式 运动
🚏	bus stop	公交车站	busstop 公交站 公共汽车站
🛣️	motorway	高速公路	highway road 公路
🛤️	railway track	铁轨	train 火车 铁路
🛢️	oil drum	石油桶	桶 油桶 石油
⛽️	fuel pump	油泵	diesel fuelpump gas gasoline station 加油 加油站 柴油 燃料 燃油
🛞	wheel	车轮	car circle tire turn vehicle 圆圈 汽车 车辆 转动 轮胎
🚨	police car light	警车灯	alarm alert beacon emergency revolving siren rotating 灯 紧急 警报 警灯 警示
🚥	horizontal traffic light	横向的红绿灯	intersection signal stop stoplight 交通灯 信号灯 红绿灯
🚦	vertical traffic light	纵向的红绿灯	drove intersection signal stop stoplight 交叉口 交通灯 信号灯 直的红绿灯 红绿灯
🛑	stop sign	停止标志	octagonal 停止 八角形 八边形 标志
🚧	construction	路障	barrier 施工
⚓️	anchor	锚	ship tool 停泊 工具 船
🛟	ring buoy	救生圈	float life lifesaver preserver rescue safety save saver swim lifebuoy 安全 救援 救生 救生用具 游泳 漂浮
⛵️	sailboat	帆船	boat resort sailing sea yacht 游艇 船 驾帆船
🛶	canoe	独木舟	boat 船
🚤	speedboat	快艇	billionaire boat lake luxury millionaire summer travel 亿万富翁 船 豪华游艇
🛳️	passenger ship	客轮	cruise 客船 旅客
⛴️	ferry	渡轮	boat passenger 旅客 渡船 轮船
🛥️	motor boat	摩托艇	motorboat 船
🚢	ship	船	boat passenger travel 旅客 旅行
✈️	airplane	飞机	aeroplane fly flying jet plane travel 喷气机 旅行 飞行
🛩️	small airplane	小型飞机	aeroplane plane 小飞机 飞机
🛫	airplane departure	航班起飞	aeroplane check-in departures plane 值机 出境 报到 登机 离境 航班 起飞 飞机
🛬	airplane arrival	航班降落	aeroplane arrivals arriving landing plane 到达 着陆 航班 降落 飞机
🪂	parachute	降落伞	hang-glide parasail skydive 帆伞 悬挂滑翔 滑翔 滑翔伞 跳伞
💺	seat	座位	chair 位子 椅子
🚁	helicopter	直升机	copter roflcopter travel vehicle 旅行 直升飞机
🚟	suspension railway	空轨	悬挂 悬挂式单轨 空中轨道列车
🚠	mountain cableway	缆车	cable gondola lift ski 空中 索道
🚡	aerial tramway	索道	cable car gondola ropeway 空中 缆车
🛰️	satellite	卫星	space 太空
🚀	rocket	火箭	launch rockets space travel 发射 太空 旅行
🛸	flying saucer	飞碟	aliens extra terrestrial ufo 不明飞行物 外星人 外星球
🛎️	bellhop bell	服务铃	hotel 行李员 酒店 铃
🧳	luggage	行李箱	bag packing roller suitcase travel 包装 手提箱 旅行 滚轮提箱 行李
⌛️	hourglass done	沙漏	sand time timer 时间 计时 计时器
⏳️	hourglass not done	沙正往下流的沙漏	flowing hours sand timer waiting yolo 沙 沙漏 等待 计时器
⌚️	watch	手表	clock time 时间 表
⏰️	alarm clock	闹钟	hours hrs late time waiting 小时 时间 钟
⏱️	stopwatch	秒表	clock time 码表 计时 计时器
⏲️	timer clock	定时器	时间 计时 计时器
🕰️	mantelpiece clock	座钟	time 台钟 壁炉钟 时钟
🕛️	twelve o’clock	十二点	12 12:00 clock time clock12 00 整点 时间 点钟 钟
🕧️	twelve-thirty	十二点半	12 12:30 30 clock thirty time twelve clock1230 时钟
🕐️	one o’clock	一点	1 1:00 clock time clock1 00 时间
🕜️	one-thirty	一点半	1 1:30 30 clock one thirty time clock130 时间 钟
🕑️	two o’clock	两点	2 2:00 clock time clock2 00 时钟
🕝️	two-thirty	两点半	2 2:30 30 clock thirty time two clock230 时间 钟
🕒️	three o’clock	三点	3 3:00 clock time clock3 00 时钟
🕞️	three-thirty	三点半	3 30 3:30 clock thirty three time clock330 时间 钟
🕓️	four o’clock	四点	4 4:00 clock time clock4 00 时钟
🕟️	four-thirty	四点半	30 4 4:30 clock four thirty time clock430 时间 钟
🕔️	five o’clock	五点	5 5:00 clock time clock5 00 时钟
🕠️	five-thirty	五点半	30 5 5:30 clock five thirty time clock530 时钟
🕕️	six o’clock	六点	6 6:00 clock time clock6 00 时钟
🕡️	six-thirty	六点半	30 6 6:30 clock six thirty clock630 时钟
🕖️	seven o’clock	七点	0 7 7:00 clock clock7 00 时钟
🕢️	seven-thirty	七点半	30 7 7:30 clock seven thirty clock730 时钟
🕗️	eight o’clock	八点	8 8:00 clock time clock8 00 时间 钟
🕣️	eight-thirty	八点半	30 8 8:30 clock eight thirty time clock830 时钟
🕘️	nine o’clock	九点	9 9:00 clock time clock9 00 时钟
🕤️	nine-thirty	九点半	30 9 9:30 clock nine thirty time clock930 时钟
🕙️	ten o’clock	十点	0 10 10:00 clock clock10 00 时钟
🕥️	ten-thirty	十点半	10 10:30 30 clock ten thirty time clock1030 时钟
🕚️	eleven o’clock	十一点	11 11:00 clock time clock11 00 时钟
🕦️	eleven-thirty	十一点半	11 11:30 30 clock eleven thirty time clock1130 时钟
🌑	new moon	朔月	dark space 新月 月亮
🌒	waxing crescent moon	蛾眉月	dreams space 三日月 娥眉月 弯月 月亮 盈月 眉月
🌓	first quarter moon	上弦月	space 月亮
🌔	waxing gibbous moon	盈凸月	space 月亮
🌕️	full moon	满月	space 月亮 望月
🌖	waning gibbous moon	亏凸月	space 月亮 衰落
🌗	last quarter moon	下弦月	space 月亮
🌘	waning crescent moon	残月	space 亏眉月 弯月 月亮
🌙	crescent moon	弯月	ramadan space 娥眉月 新月形 月亮 残月 蛾眉月
🌚	new moon face	微笑的朔月	space with 新月 月亮 朔月
🌛	first quarter moon face	微笑的上弦月	space with 上弦月 月亮 蛾眉月
🌜️	last quarter moon face	微笑的下弦月	dreams with 下弦月 月亮 残月
🌡️	thermometer	温度计	weather 天气 气温 温度
☀️	sun	太阳	bright rays space sunny weather 光线 晴 晴天 阳光明媚 阳光普照
🌝	full moon face	微笑的月亮	bright with 月亮 望月 满月
🌞	sun with face	微笑的太阳	beach bright day heat shine sunny sunshine weather 太阳 温暖阳光 阳光明媚
🪐	ringed planet	有环行星	saturn saturnine 土星 行星
⭐️	star	星星	astronomy medium stars white 五角星 白色星星
🌟	glowing star	闪亮的星星	glittery glow night shining sparkle win star2 发光 星星 闪亮 闪光
🌠	shooting star	流星	falling night space stars 夜晚 太空 星空 陨落之星
🌌	milky way	银河	space 太空 星空
☁️	cloud	云	weather 云彩 云朵 天气 阴
⛅️	sun behind cloud	阴	cloudy weather partly sunny 乌云蔽日 多云
⛈️	cloud with lightning and rain	雷阵雨	thunder thunderstorm stormy 暴风雨 阵雨 雨 雷 雷暴
🌤️	sun behind small cloud	晴偶有云	weather sunny 云 天气 太阳 少云 晴 阴
🌥️	sun behind large cloud	多云	weather cloudy 云 太阳 泠 阴
🌦️	sun behind rain cloud	晴转雨	weather and 下雨 云 天气 太阳 晴时多云偶阵雨 雨
🌧️	cloud with rain	下雨	weather rainy 云 天气 雨
🌨️	cloud with snow	下雪	cold weather snowy 云 天气 雪
🌩️	cloud with lightning	打雷	weather 云 天气 闪电 雷
🌪️	tornado	龙卷风	cloud weather whirlwind 云 天气 旋风
🌫️	fog	雾	cloud weather 云 霾
🌬️	wind face	大风	blow cloud blowing 狂风 风吹
🌀	cyclone	台风	dizzy hurricane twister typhoon weather 天气 旋风 晕 气旋 飓风 龙卷风
🌈	rainbow	彩虹	gay genderqueer glbt glbtq lesbian lgbt lgbtq lgbtqia nature pride queer rain trans transgender weather 双性恋 同志 跨性别
🌂	closed umbrella	收起的伞	clothing rain 下雨 伞 雨 雨伞
☂️	umbrella	伞	clothing rain 雨 雨伞
☔️	umbrella with rain drops	雨伞	clothing drop weather 下雨 伞 雨滴
⛱️	umbrella on ground	阳伞	rain sun beach 下雨 伞 地上的阳伞 太阳
⚡️	high voltage	高压	danger electric electricity lightning nature thunder thunderbolt zap 危险 有电 闪电
❄️	snowflake	雪花	cold snow weather 冷 天气 雪
☃️	snowman	雪与雪人	cold man snow snowman2 泠 雪 雪人
⛄️	snowman without snow	雪人	cold man 下雪 泠
☄️	comet	彗星	space 太空
🔥	fire	火焰	af burn flame hot lit litaf tool 火 烧 燃烧
💧	droplet	水滴	cold comic drop nature sad sweat tear water weather 冷 天气 水 泪 眼泪
🌊	water wave	浪花	nature ocean surf surfer surfing 波浪 浪 海洋

🎃	jack-o-lantern	南瓜灯	celebration halloween jack lantern pumpkin o 万圣节 南瓜 庆祝 灯 灯笼
🎄	Christmas tree	圣诞树	celebration christmas 圣诞 庆祝 树 装饰
🎆	fireworks	焰火	boom celebration entertainment yolo 庆典 庆祝 炮竹 烟花 爆竹
🎇	sparkler	烟花	boom celebration fireworks sparkle 庆祝 火花 烟火 焰火
🧨	firecracker	爆竹	dynamite explosive fire fireworks light pop popping spark 光亮 火花 炸药 烟火 烟花 爆炸 鞭炮
✨️	sparkles	闪亮	* magic sparkle star 星星 火花 闪光 闪耀
🎈	balloon	气球	birthday celebrate celebration 庆祝 生日 节日
🎉	party popper	拉炮彩带	awesome birthday celebrate celebration excited hooray tada woohoo 兴奋 呱呱叫 庆祝 彩带 拉炮 派对 派对礼宾花 生日
🎊	confetti ball	五彩纸屑球	celebrate celebration party woohoo 五彩纸屑 庆祝 彩色纸屑 球 舞会
🎋	tanabata tree	七夕树	banner celebration japanese 七夕 庆祝 日本 条幅 树
🎍	pine decoration	门松	bamboo celebration japanese plant 庆祝 日本 松树 盆栽 竹
🎎	Japanese dolls	日本人形	celebration doll festival japanese 人偶 娃娃 庆祝 日本 日本人偶 节日
🎏	carp streamer	鲤鱼旗	celebration flags 庆祝 日本 男孩节 长旗
🎐	wind chime	风铃	bell celebration 庆祝 铃铛 风
🎑	moon viewing ceremony	赏月	celebration rice scene 中秋 佳节 庆祝 月亮 祭月
🧧	red envelope	红包	gift good hóngbāo lai luck money see 利事 利是 好运 礼物 红信封 运气 钱
🎀	ribbon	蝴蝶结	celebration 丝带 庆祝 缎带
🎁	wrapped gift	礼物	birthday bow box celebration christmas present surprise 包礼物 包装 圣诞 庆祝 惊喜 生日礼物 盒子 礼品
🎗️	reminder ribbon	提示丝带	celebration 丝带 庆典 庆祝 暗示 飘带
🎟️	admission tickets	入场券	ticket 票 门票
🎫	ticket	票	admission stub 入场券 电影票 票根 车票 门票
🎖️	military medal	军功章	award celebration 军队 勋章 奖章
🏆️	trophy	奖杯	champion champs prize slay sport victory win winning 冠军 奖励 奖品 奖赏 胜利 获胜
🏅	sports medal	奖牌	award gold winner 获胜 运动会奖牌 运动员 金牌
🥇	1st place medal	金牌	first gold 奖牌 第一 第一名奖牌
🥈	2nd place medal	银牌	second silver 亚军 奖牌 第二 第二名奖牌
🥉	3rd place medal	铜牌	bronze third 奖牌 季军 第三 第三名奖牌
⚽️	soccer ball	足球	football futbol sport 大罗 梅西 球 球赛 罗纳尔多 胖罗 英式足球 运动
⚾️	baseball	棒球	ball sport 球 运动
🥎	softball	垒球	ball glove sports underarm 手套 球 腋下 运动
🏀	basketball	篮球	ball hoop sport 打球 球 篮筐 运动
🏐	volleyball	排球	ball game 球 球赛
🏈	american football	美式橄榄球	ball bowl sport super 橄榄球 球
🏉	rugby football	英式橄榄球	ball sport 橄榄球 球 运动
🎾	tennis	网球	ball racquet sport 球 球拍 网球拍
🥏	flying disc	飞盘	ultimate 圆盘 极限 极限运动 终极
🎳	bowling	保龄球	ball game sport strike 全倒 球 运动
🏏	cricket game	板球	ball bat 球 球拍
🏑	field hockey	曲棍球	ball game stick 球 球棍 球赛
🏒	ice hockey	冰球	game puck stick 冰球杆 球 球棍
🥍	lacrosse	袋棍球	ball goal sports stick 得分 球 球棍 球门 运动 长曲棍球
🏓	ping pong	乒乓球	ball bat game paddle pingpong table tennis 乒乓 桌球 比赛 球 球拍
🏸	badminton	羽毛球	birdie game racquet shuttlecock 球拍 羽球
🥊	boxing glove	拳击手套	手套 拳击
🥋	martial arts uniform	练武服	judo karate taekwondo 制服 柔道 武术 空手道 跆拳道
🥅	goal net	球门	球网
⛳️	flag in hole	高尔夫球洞	golf sport 果岭 果岭旗 球洞 高尔夫 高球
⛸️	ice skate	滑冰	skating 冰刀 溜冰
🎣	fishing pole	钓鱼竿	entertainment fish sport and 钓竿 鱼杆
🤿	diving mask	潜水面罩	scuba snorkeling 浮潜 深潜 潜水
🎽	running shirt	运动背心	athletics sash with 上衣 跑步 运动服 饰带
🎿	skis	滑雪	ski snow sport 运动 雪
🛷	sled	雪橇	luge sledge sleigh snow toboggan 下雪 乘雪橇 平底雪橇 驾雪橇
🥌	curling stone	冰壶	game rock 冰上溜石 比赛 游戏 石壶
🎯	bullseye	正中靶心的飞镖	bull dart direct entertainment game hit target 命中 标的 直接命中 要害 靶心 飞镖
🪀	yo-yo	悠悠球	fluctuate toy yo 上下起落 溜溜球 犹豫不决 玩具
🪁	kite	风筝	fly soar 翱翔 飞翔
🔫	water pistol	水枪	gun handgun revolver tool weapon 工具 左轮 手枪 枪 武器
🎱	pool 8 ball	台球	8ball billiard eight game billiards 8 球制桌球 8号球 台球台 游戏 霹雳八球
🔮	crystal ball	水晶球	fairy fairytale fantasy fortune future magic tale tool 命运 工具 梦幻 水晶 球 童话 财富 魔法
🪄	magic wand	魔棒	magician witch wizard 女巫 巫师 魔术 魔术师 魔杖 魔法
🎮️	video game	游戏手柄	controller entertainment 手柄 游戏 游戏控制器 电子游戏
🕹️	joystick	游戏操控杆	game video videogame 操控杆 游戏 电子游戏
🎰	slot machine	老虎机	casino gamble gambling game slots 吃角子老虎 游戏 角子机 赌博 赌场
🎲	game die	骰子	dice entertainment 掷骰子 色子 骰子游戏
🧩	puzzle piece	拼图	clue interlocking jigsaw 图片 智力游戏 相扣 线索 联锁 部件
🧸	teddy bear	泰迪熊	plaything plush stuffed toy 填充 毛绒玩具 熊 玩偶 玩具 玩物 长毛绒
🪅	piñata	彩罐	candy celebrate celebration cinco de festive mayo party pinada pinata 五月节 墨西哥 庆祝 皮纳塔 糖果 聚会 节日
🪩	mirror ball	镜球	dance disco glitter party 派对 聚会 舞会 舞厅 舞蹈 蹦迪 迪斯科 闪耀
🪆	nesting dolls	套娃	babooshka baboushka babushka doll matryoshka russia 俄罗斯套娃 俄罗斯娃娃 娃娃
♠️	spade suit	黑桃	card game spades 扑克 牌 葵扇 黑桃花色
♥️	heart suit	红桃	card emotion game hearts 扑克 牌 红心 红桃花色
♦️	diamond suit	方片	card game diamonds 扑克 方块 牌 牌局
♣️	club suit	梅花	card clubs game 扑克 梅花花色 牌 草花
♟️	chess pawn	兵	dupe expendable 受骗者 国际象棋 牺牲品
🃏	joker	大小王	card game wildcard black 大王 小丑 小王 扑克 扑克小丑 牌 百搭牌 鬼牌
🀄️	mahjong red dragon	红中	game 方城之战 牌局 麻将 麻将红中
🎴	flower playing cards	花札	card game japanese 卡牌 日本 游戏 花斗 花牌
🎭️	performing arts	表演艺术	actor actress art entertainment mask theater theatre thespian 剧院 女演员 戏剧 演员 艺术 莎士比亚 表演 面具
🖼️	framed picture	带框的画	art frame museum painting with 加框的照片 博物馆 框 照片 画 画框 艺术
🎨	artist palette	调色盘	art artsy arty colorful creative entertainment museum painter painting 创意 博物馆 多种色彩 娱乐 画家 画画 绘画 艺术 调色板
🧵	thread	线	needle sewing spool string 卷盘 线轴 绳子 缝纫 针 针线
🪡	sewing needle	缝合针	embroidery sew stitches sutures tailoring thread 线 绣花针 缝合 缝纫 缝线 缝衣针 裁剪 针
🧶	yarn	毛线	ball crochet knit 毛线球 线球 编织 钩针编织
🪢	knot	结	cord rope tangled tie twine twist 八字结 打结 绳子 绳扣 绳结 缠结 麻线

👓️	glasses	眼镜	clothing eye eyeglasses eyewear 服饰 眼睛
🕶️	sunglasses	墨镜	dark eye eyewear glasses 太阳镜
🥽	goggles	护目镜	dive eye protection scuba swimming welding 护目 护眼 水肺 游泳 潜水 焊接
🥼	lab coat	白大褂	clothes doctor dr experiment jacket scientist white 医生 外衣 实验 实验人员 实验室白大褂 实验服 白衣 科学家 衣服
🦺	safety vest	救生衣	emergency 安全 紧急 背心 逃生
👔	necktie	领带	clothing employed serious shirt tie 工作 正式 衬衫领带
👕	t-shirt	T恤	blue casual clothes clothing collar dressed shirt shopping tshirt weekend t恤 休闲服装 恤衫
👖	jeans	牛仔裤	blue casual clothes clothing denim dressed pants shopping trousers weekend 休闲 周末 蓝色 裤子
🧣	scarf	围巾	bundle cold neck up 冷 包紧 围脖 头巾
🧤	gloves	手套	hand 手
🧥	coat	外套	brr bundle cold jacket up 冷 夹克 超冷
🧦	socks	袜子	stocking 短袜 袜 长袜
👗	dress	连衣裙	clothes clothing dressed fancy shopping 衣服 裙子
👘	kimono	和服	clothing comfortable 日本 衣服
🥻	sari	纱丽	clothing dress 印度 披肩 莎丽 衣服 连衣裙
🩱	one-piece swimsuit	连体泳衣	bathing suit one piece 一片式 泳衣 泳装 游泳 连身泳衣
🩲	briefs	三角裤	bathing one-piece suit swimsuit underwear 一片式 内裤 泳衣 泳装 短裤
🩳	shorts	短裤	bathing pants suit swimsuit underwear 内裤 四角裤 泳衣 泳装 泳裤 裤子
👙	bikini	比基尼	bathing beach clothing pool suit swim 三点式 泳装 游泳
👚	woman’s clothes	女装	blouse clothing collar dress dressed lady shirt shopping woman womans 女 女生衣服 女衬衫 衣服
🪭	folding hand fan	折扇	clack clap cool cooling dance flirt flutter hot shy 凉 凉快 啪嗒声 害羞 扇 扇动 扇子 拍手 热 羞涩 腼腆 舞蹈 调情 跳舞 降温
👛	purse	钱包	clothes clothing coin dress fancy handbag shopping 血拼 铜板
👜	handbag	手提包	bag clothes clothing dress lady purse shopping 包包 挎包 血拼
👝	clutch bag	手袋	clothes clothing dress handbag pouch purse 包 化妆包 手拿 手拿包
🛍️	shopping bags	购物袋	bag hotel 包 袋 购物 逛街
🎒	backpack	书包	backpacking bag bookbag education rucksack satchel school 上学 包
🩴	thong sandal	夹趾凉鞋	beach flip flop sandals shoe thongs zōri 人字拖 凉鞋 沙滩 沙滩凉鞋 草屡 鞋
👞	man’s shoe	男鞋	brown clothes clothing feet foot kick man shoes shopping mans 棕色 皮鞋 鞋
👟	running shoe	跑鞋	athletic clothes clothing fast kick shoes shopping sneaker tennis 跑 运动鞋 鞋
🥾	hiking boot	登山鞋	backpacking brown camping outdoors shoe 健行 徒步 户外 登山 背包 远足野营 露营 靴子 鞋
🥿	flat shoe	平底鞋	ballet comfy flats slip-on slipper womans 一脚蹬 便鞋 平底芭蕾舞鞋 芭蕾舞鞋
👠	high-heeled shoe	高跟鞋	clothes clothing dress fashion heel heels shoes shopping stiletto woman high 女 时装 鞋 高跟
👡	woman’s sandal	女式凉鞋	clothing shoe woman 凉鞋 女
🩰	ballet shoes	芭蕾舞鞋	dance 舞蹈 舞鞋 足尖鞋 跳舞
👢	woman’s boot	女靴	clothes clothing dress shoe shoes shopping woman 女 女式靴子 靴子
🪮	hair pick	发夹	afro comb groom 圆蓬 头发 夹子 小刷子 梳子 梳理 爆炸头 非洲头
👑	crown	皇冠	clothing family king medieval queen royal royalty win 国王 权力的游戏 王冠 王后 皇家
👒	woman’s hat	女帽	clothes clothing garden hats party woman womans 女 女式 帽子 花园派对
🎩	top hat	礼帽	clothes clothing fancy formal magic tophat 帽子 正式 高帽
🎓️	graduation cap	毕业帽	celebration clothing education hat scholar mortar board 四方帽 学位 学者 毕业
🧢	billed cap	鸭舌帽	baseball bent dad hat 帽子 棒球帽
🪖	military helmet	军用头盔	army soldier war warrior 军事 军用 军队 士兵 头盔 战争 战士 部队
⛑️	rescue worker’s helmet	白十字头盔	aid cross face hat with worker 十字 头盔 安全帽 救援人员头盔 脸
📿	prayer beads	念珠	clothing necklace religion 宗教 珠子 祈祷 项链
💄	lipstick	唇膏	cosmetics date makeup 化妆 化妆品 口红 约会
💍	ring	戒指	diamond engaged engagement married romance shiny sparkling wedding 结婚 订婚 钻戒 闪
💎	gem stone	宝石	diamond engagement jewel money romance wedding 婚礼 珠宝 订婚 钻石
🔇	muted speaker	已静音的扬声器	mute quiet silent sound no 声音 安静 扬声器 扬声器关闭 无声 静音
🔈️	speaker low volume	低音量的扬声器	soft sound quiet 低音量扬扬声 喇叭 小声 小音量 扬声器 轻声 音量
🔉	speaker medium volume	中等音量的扬声器	sound volumne 中等 中等音量 中音量 中音量扬声器 扬声器
🔊	speaker high volume	高音量的扬声器	loud music sound 大声 大音量 扬声器 音量 高音量
📢	loudspeaker	喇叭	address communication loud public sound 公共广播 大声 广播 扩音器 通知
📣	megaphone	扩音器	cheering sound mega 呼喊 喇叭 喇叭筒 大声 通知
📯	postal horn	邮号	post 号 号角 喇叭 邮政
🔔	bell	铃铛	break church sound 叮当 响铃 钟 钟声 铃声
🔕	bell with slash	禁止响铃	forbidden mute no not prohibited quiet silent sound 响铃关闭 安静 无声 铃 静音
🎼	musical score	乐谱	music note 五线谱 曲谱 音乐 音符
🎵	musical note	音符	music sound 乐谱 五线谱 八分音符 音乐
🎶	musical notes	多个音符	music note sound 乐谱 五线谱 八分音符 音乐 音符
🎙️	studio microphone	录音室麦克风	mic music 录音室 音乐 麦 麦克 麦克风
🎚️	level slider	电平滑块	music 滑块 电平 调节 调节滑块 音乐 音量
🎛️	control knobs	控制旋钮	music 控制 旋钮 调节 音乐
🎤	microphone	麦克风	karaoke mic music sing sound k歌 卡拉ok 唱k 唱歌 麦 麦克
🎧️	headphone	耳机	earbud sound headphones 头戴式耳机 耳塞
📻️	radio	收音机	entertainment tbt video 娱乐 广播 广播电台 无线电 电台
🎷	saxophone	萨克斯管	instrument music sax 乐器 吹奏 演奏 萨克斯风 音乐
🎺	trumpet	小号	instrument music 乐器 吹奏 喇叭 音乐
🪊	trombone	长号	brass instrument jazz music sad slide 乐器 悲伤 滑动 爵士 铜管乐 音乐
🪗	accordion	手风琴	box concertina instrument music squeeze squeezebox 乐器 六角形风琴 音乐 风琴
🎸	guitar	吉他	instrument music strat 乐器 弹奏 演奏 电吉他 音乐
🎹	musical keyboard	音乐键盘	instrument music piano 乐器 弹奏 演奏 钢琴 音乐
🎻	violin	小提琴	instrument music 乐器 提琴 是特拉迪瓦尔 演奏 音乐
🪕	banjo	班卓琴	music stringed 弦乐器 弹奏 音乐
🥁	drum	鼓	drumsticks music 音乐 鼓声 鼓槌
🪘	long drum	长鼓	beat conga instrument rhythm 乐器 康加鼓 康茄鼓 敲 节奏 非洲手鼓 鼓
🪇	maracas	沙球	cha dance instrument music party percussion rattle shake shaker 乐器 恰恰 打击乐器 拨浪鼓 摇 摇动 沙槌 沙铃 派对 舞蹈 音乐
🪈	flute	长笛	band fife flautist instrument marching music orchestra piccolo pipe recorder woodwind 乐器 乐队 木管乐器 横笛 短笛 竖笛 管乐器 菲菲笛 长笛手 音乐
🪉	harp	竖琴	cupid instrument love music orchestra 丘比特 乐器 爱 管弦乐队 音乐
📱	mobile phone	手机	cell communication telephone android iphone 手提电话 智能手机 电话 移动 移动电话 移动通信 通信
📲	mobile phone with arrow	带有箭头的手机	build call cell communication receive telephone calling 手机 接收 智能手机 来电 电话 移动电话 箭头 通信
☎️	telephone	电话	phone 固定电话 固话 座机
📞	telephone receiver	电话听筒	communication phone voip 听筒 固定电话 固话 座机 电话 通信
📟️	pager	寻呼机	communication bb 机 传呼机 呼机 通信
📠	fax machine	传真机	communication 传真 传真号 发传真
🔋	battery	电池	正极 电 电极 电源 蓄电池 负极
🪫	low battery	电池电量不足	drained electronic energy power 低能量 电子 电池 电池电量低 电量不足
🔌	electric plug	电源插头	electricity 插头 电插头 电源 电线
💻️	laptop	笔记本电脑	computer office pc personal 个人电脑 手提电脑 电脑
🖥️	desktop computer	台式电脑	monitor pc 个人电脑 台式 显示器 显示屏 电脑 计算机
🖨️	printer	打印机	computer 印刷机 喷墨打印 复印 打印 扫描 激光打印
⌨️	keyboard	键盘	computer 打字 按键 电脑 输入
🖱️	computer mouse	电脑鼠标	有线鼠标 激光鼠标 点击 点按 电脑 鼠标
🖲️	trackball	轨迹球	computer 有线鼠标 电脑 追踪球 鼠标
💽	computer disk	电脑光盘	minidisk optical minidisc md mini光盘 光盘 电脑 迷你光盘 迷你光碟 迷你唱片
💾	floppy disk	软盘	computer 3.5英寸 便携 存储 电脑 磁盘
💿️	optical disk	光盘	blu-ray cd computer dvd 专辑 存储 影片 蓝光 音乐
📀	dvd	DVD	blu-ray cd computer disk optical 光盘 光碟 影片 电脑 蓝光 音乐
🧮	abacus	算盘	calculation calculator 计算 计算器
🎥	movie camera	电影摄影机	bollywood cinema film hollywood record 录像 摄像机 摄录机 摄影 摄影机 电影
🎞️	film frames	影片帧	cinema movie 帧 电影 电影胶卷 电影胶片 胶卷 胶片
📽️	film projector	电影放映机	cinema movie video 影片 投影仪 放映机 电影 视频
🎬️	clapper board	场记板	action movie 场记 打板 拍电影
📺️	television	电视机	tv video 电视 看电视 节目 视频
📷️	camera	相机	photo selfie snap tbt trip video 卡片相机 拍照 摄影 照片 照相机 自拍
📸	camera with flash	开闪光灯的相机	video 带闪光灯的相机 拍照 相机 闪光灯 闪光灯打开
📹️	video camera	摄像机	camcorder tbt 录像 录像机 录影 拍摄 摄影机 视频
📼	videocassette	录像带	old school tape vcr vhs video 录影带 磁带
🔍️	magnifying glass tilted left	左斜的放大镜	lab left-pointing science search tool mag 工具 搜索 放大 放大镜 查找
🔎	magnifying glass tilted right	右斜的放大镜	contact lab right-pointing science search tool mag 工具 搜索 放大 放大镜 查找
🕯️	candle	蜡烛	light 光 烛光 烛火 照明 燃烧
💡	light bulb	灯泡	comic electric idea 主意 想法 点子 电 电灯泡 白炽灯
🔦	flashlight	手电筒	electric light tool torch 光 工具 手电 照明 电筒
🏮	red paper lantern	红灯笼	bar light restaurant izakaya 光 喜庆 居酒屋 日本 灯笼 节日 酒馆 餐馆
🪔	diya lamp	印度油灯	light oil 排灯节 油 灯 迪亚
📔	notebook with decorative cover	精装笔记本	book decorated education school writing 书 写作 学校 封面 教育 笔记本
📕	closed book	合上的书本	education 书 书本 书本合起 合上
📖	open book	打开的书本	education fantasy knowledge library novels reading 书 书本 图书馆 小说 开卷 打开 知识 读书 阅读
📗	green book	绿色书本	education fantasy library reading 书 书本 图书馆 教育 绿 绿皮书 绿色 阅读
📘	blue book	蓝色书本	education fantasy library reading 书 书本 图书馆 教育 篮 蓝皮书 蓝色 阅读
📙	orange book	橙色书本	education fantasy library reading 书 书本 图书馆 教育 橘皮书 橘色 橙色 阅读
📚️	books	书	book education fantasy knowledge library novels reading school study 书本 书籍 图书 图书馆 学习 学校 小说 教育 知识 阅读
📓	notebook	笔记本	日记本 本子 笔记 记事本 记录
📒	ledger	账本	notebook 笔记本 记事本 记账 账簿
📃	page with curl	带卷边的页面	document paper 卷曲 卷边 文书 文件 文档 纸张 页面
📜	scroll	卷轴	paper 卷纸 画卷 纸 纸卷 羊皮纸
📄	page facing up	文件	document paper 文书 文档 页面向上
📰	newspaper	报纸	communication news paper 传播 报道 新闻 看报 纸 读报
🗞️	rolled-up newspaper	报纸卷	news paper rolled up 卷起 卷起的报纸 报纸 新闻 纸
📑	bookmark tabs	标签页	mark marker 书签 书签页标签 有书签的页面 标签
🔖	bookmark	书签	mark 标签 读书 阅读
🏷️	label	标签	tag 吊牌 标记 行李牌
🪙	coin	硬币	dollar euro gold metal money rich silver treasure 富有 欧元 美元 财富 金 金属 金币 钱 银
💰️	money bag	钱袋	bank bet billion cash cost dollar gold million moneybag paid paying pot rich win 付钱 十亿 变现 守财奴 富有 有钱 现金 百万 美元 赌钱 赢钱 钱 钱包 银行
🪎	treasure chest	宝箱	gem gold jewels loot money prize silver valuables wealth 劫掠 奖赏 宝物 宝石 抢劫 珍宝 珠宝 藏宝箱 财富 金子 钱 银 黄金
💴	yen banknote	日元	bank bill currency money note 日币 现金 纸币 货币 钞票 钱 银行
💵	dollar banknote	美元	bank bill currency money note 现金 纸币 美刀 美钞 货币 钱 银行
💶	euro banknote	欧元	100 bank bill currency money note rich 现金 纸币 货币 钞票 钱 银行
💷	pound banknote	英镑	bank bill billion cash currency money note pounds 现金 纸币 货币 钞票 钱 银行
💸	money with wings	长翅膀的钱	bank banknote bill billion cash dollar fly million note pay 纸币 翅膀 花钱 钱 飞
💳️	credit card	信用卡	bank cash charge money pay 信用 借记卡 刷卡 卡 收钱 现金 现金卡 贷记卡 银行 银行卡
🧾	receipt	收据	accounting bookkeeping evidence invoice proof 会计 信封 凭据 发票 收条 簿记 记账 证据 证明 账单
💹	chart increasing with yen	趋势向上且带有日元符号的图表	bank currency graph growth market money rise trend upward 上扬 上涨 日元 日元升值 日元汇率 日币 货币 货币升值图表 走势
✉️	envelope	信封	e-mail email letter 信件 信息 来信 电子邮件 电邮 邮件
📧	e-mail	电子邮件	email letter mail 信件 信封 电邮 邮件
📨	incoming envelope	来信	delivering e-mail email letter mail receive sent 信件 信封 发送 接收 收信 收到来信 收到邮件 电子邮件 电邮 邮件
📩	envelope with arrow	收邮件	communication down e-mail email letter mail outgoing send sent 信件 信封 发信 发出 发送 发邮件 有箭头的信封 邮件
📤️	outbox tray	发件箱	box email letter mail sent 信件 发信 发送 发邮件 收件箱 电子邮件 电邮 邮件
📥️	inbox tray	收件箱	box email letter mail receive zero 信件 接收 收信 收到邮件 电子邮件 电邮 邮件
📦️	package	包裹	box communication delivery parcel shipping 快递 指向 盒子 箱子 装货 运送
📫️	closed mailbox with raised flag	有待收信件	communication mail postbox 信箱 旗标 有新信件 邮箱 邮箱关闭红旗升起
📪️	closed mailbox with lowered flag	无待收信件	mail postbox 信箱 信箱关闭红旗放下 放下 旗标 无新信件
📬️	open mailbox with raised flag	有新信件	mail postbox 信箱 信箱打开红旗升起 打开 旗标 有待收信件
📭️	open mailbox with lowered flag	无新信件	mail postbox no 信箱 信箱打开 信箱打开红旗放下 旗标 无待收信件 邮件 邮递
📮	postbox	邮筒	mail mailbox 信 信箱 寄信 邮箱
🗳️	ballot box with ballot	投票箱	投票 盒子 票箱 选举 选票
✏️	pencil	铅笔	橡皮 橡皮擦 画画 画笔 笔 绘画
✒️	black nib	钢笔尖	pen 写字 硬笔 笔 笔尖 钢笔 黑色笔尖
🖋️	fountain pen	钢笔	写字 硬笔 笔
🖊️	pen	笔	ballpoint 原子笔 圆珠笔 油笔
🖌️	paintbrush	画笔	painting 刷 毛笔 画刷 笔刷
🖍️	crayon	蜡笔	油画棒 画棒
📝	memo	备忘录	communication media notes pencil 便条 便条簿 便笺 铅笔
💼	briefcase	公文包	office 上班 公事包 办公室 包 手提包 文件
📁	file folder	文件夹	办公 文件 文具 硬纸夹
📂	open file folder	打开的文件夹	办公 打开 打开文件夹 文件 文件夹 文具
🗂️	card index dividers	索引分隔文件夹	分隔 分隔卡 文件夹 索引 隔板
📅	calendar	日历	date 日期
📆	tear-off calendar	手撕日历	日历 日期
🗒️	spiral notepad	线圈本	note pad 文具 笔记本 线圈 记事本
🗓️	spiral calendar	线圈日历	pad 日历 日期 线圈 记事本
📇	card index	卡片索引	old rolodex school 卡片 卡牌索引 名片索引 目录 索引
📈	chart increasing	趋势向上的图表	data graph growth right trend up upward with upwards 上升 上涨 上涨图表 上涨趋势线 向上 图表 成长 趋势线
📉	chart decreasing	趋势向下的图表	data down downward graph negative trend with downwards 下跌 下跌图表 下跌趋势线 下降 向下 图表 趋势线
📊	bar chart	条形图	data graph 图形 图表 柱形图 直方图 资料 长条图
📋️	clipboard	剪贴板	do list notes 写字夹板 写字板 剪贴簿 夹子 待办事项 待办表 纸张
📌	pushpin	图钉	collage pin 固定 拼贴 按钉
📍	round pushpin	圆图钉	location map pin 位置 固定 图钉
📎	paperclip	回形针	万字夹 回纹针 曲别针 纸夹
🖇️	linked paperclips	连起来的两个回形针	link paperclip 万字夹 回形针 回纹针 曲别针 纸夹 连接 连接的回形针
📏	straight ruler	直尺	angle edge math straightedge 尺 尺子 数学 文具 测量 量 长度
📐	triangular ruler	三角尺	angle math rule set slide triangle 三角 尺 数学 文具 测量 角 角度
✂️	scissors	剪刀	cut cutting paper tool 修剪 剪 剪子 剪裁 工具
🗃️	card file box	卡片盒	卡片 存档 文件 标签 档案 箱 索引
🗄️	file cabinet	文件柜	filing paper 存档 归档 收纳 柜 档案
🗑️	wastebasket	垃圾桶	can garbage trash waste trashcan 垃圾 垃圾篓 废纸篓
🔒️	locked	合上的锁	closed lock private 上锁 私密 锁 锁住 锁头 锁定
🔓️	unlocked	打开的锁	cracked lock open unlock 取消锁定 开锁 打开 破解 解锁 锁
🔏	locked with pen	墨水笔和锁	ink lock nib privacy 笔 笔尖 钢笔 锁 隐私
🔐	locked with key	钥匙和锁	bike closed lock secure 安全 脚踏车锁 钥匙 锁 锁上
🔑	key	钥匙	keys lock major password unlock 密码 密钥 开锁 解锁 锁
🗝️	old key	老式钥匙	clue lock 古老的钥匙 旧钥匙 线索 钥匙
🔨	hammer	锤子	home improvement repairs tool 修理 家居修缮 工具 敲 施工 砸 铁锤
🪓	axe	斧头	ax chop hatchet split wood 切 劈 木头 砍
⛏️	pick	铁镐	hammer mining tool 工具 挖 挖掘 采矿 锄头 鹤嘴锄
⚒️	hammer and pick	锤子与镐	tool 工具 铁锤 铁镐 锤子 镐 镐子
🛠️	hammer and wrench	锤子与扳手	spanner tool 工具 扳手 铁锤 锤子
🗡️	dagger	匕首	knife weapon 剑 武器 短刀 短剑
⚔️	crossed swords	交叉放置的剑	weapon 交叉 剑 十字 双剑 战死 武器
💣️	bomb	炸弹	boom comic dangerous explosion hot 爆炸
🪃	boomerang	回旋镖	rebound repercussion weapon 反弹 回弹 土著 武器 飞镖
🏹	bow and arrow	弓和箭	archer archery sagittarius tool weapon zodiac 人马座 射手 射手座 射箭 弓 弓箭 箭
🛡️	shield	盾牌	weapon 武器 盾 防御
🪚	carpentry saw	木工锯	carpenter cut lumber tool trim 修剪 工具 木匠 木材 锯 锯子
🔧	wrench	扳手	home improvement spanner tool 家居修缮 工具 螺丝扳手
🪛	screwdriver	螺丝刀	flathead handy screw tool 工具 螺丝
🔩	nut and bolt	螺母与螺栓	home improvement tool 工具 螺丝 螺帽 螺栓 螺母 螺钉
⚙️	gear	齿轮	cog cogwheel tool 传动 工具 机械 零件
🗜️	clamp	夹钳	compress tool vice compression 压缩 夹具 工具 机械 紧固
⚖️	balance scale	天平	justice libra scales tool weight zodiac 公平 公正 天秤 天秤座 星座 正义 法律
🦯	white cane	盲杖	accessibility blind probing 拐杖 无障碍 盲 盲人
🔗	link	链接	links 网址 链条 锁链
⛓️‍💥	broken chain	断链	break breaking cuffs freedom 手铐 断开 断开的链条 自由 链 链条
⛓️	chains	链条	chain 铁链 链 锁链
🪝	hook	挂钩	catch crook curve ensnare point selling 卖点 弯钩 抓 曲线 钩子 钩状物 鱼钩
🧰	toolbox	工具箱	box chest mechanic red tool 大箱子 工具 机修 箱子 红盒子
🧲	magnet	磁铁	attraction horseshoe magnetic negative positive shape u u 型 吸引 吸引力 正负 磁性 马蹄铁
🪜	ladder	梯子	climb rung step 台阶 梯级 横档 爬 爬梯 阶梯
🪏	shovel	铲	bury dig garden hole plant scoop snow spade 埋 挖 掘 洞 种植 花园 锹 雪
⚗️	alembic	蒸馏器	chemistry tool 净化 化学 实验 工具 蒸馏
🧪	test tube	试管	chemist chemistry experiment lab science 化学 化学家 实验 实验室 科学
🧫	petri dish	培养皿	bacteria biologist biology culture lab 培养 实验室 生物学 生物学家 细菌
🧬	dna	DNA	biologist evolution gene genetics life double helix 基因 演化 生命 生物学家 进化 遗传学
🔬	microscope	显微镜	experiment lab science tool 实验 实验室 工具 生物 科学 细胞
🔭	telescope	望远镜	contact extraterrestrial science tool 外星人 天体 天文 天文学 工具 接触 科学 观星
📡	satellite antenna	卫星天线	aliens contact dish science 信号接收 卫星 卫星接收天线 卫星碟形天线 外星人 天线 接触
💉	syringe	注射器	doctor flu medicine needle shot sick tool vaccination 医学 医生 工具 打针 接种 治疗 疫苗 药 针头 针筒
🩸	drop of blood	血滴	bleed donation injury medicine menstruation 医疗 月经 流血 献血 经血 输血
💊	pill	药丸	doctor drugs medicated medicine pills sick vitamin 医生 吃药 治疗 生病 用药 维他命 药 药物
🩹	adhesive bandage	创可贴	bandaid ok绷 伤口 受伤 绷带 胶布
🩼	crutch	拐杖	aid cane disability help hurt injured mobility stick 受伤 手杖 残疾 活动助行类辅具 辅助
🩺	stethoscope	听诊器	doctor heart medicine 医生 医疗 心脏 心跳 诊断
🩻	x-ray	X射线	bones doctor medical skeleton skull xray x 射线 x射线 医生 医疗 骨架 骨骼
🚪	door	门	back closet front 出入口 前门 后门 大门 屋门 房门 房间
🛗	elevator	电梯	accessibility hoist lift 升降机 可达性
🪞	mirror	镜子	makeup reflection reflector speculum 化妆 反射 反射镜 窥镜
🪟	window	窗户	air frame fresh opening transparent view 开窗 新鲜空气 景色 窗口 窗框 透明
🛏️	bed	床	hotel sleep 宾馆 床垫 床铺 睡 睡眠 睡觉
🛋️	couch and lamp	沙发和灯	hotel 家 沙发 灯 阅读
🪑	chair	椅子	seat sit 坐 坐下 座位 椅背
🚽	toilet	马桶	bathroom wc 卫生间 厕所 洗手间
🪠	plunger	活塞	cup force plumber poop suction toilet 便便 吸力 搋子 水管工 通厕所 马桶
🚿	shower	淋浴	water 喷头 喷水 水 洗澡 花洒 花洒
🛁	bathtub	浴缸	bath 沐浴 泡沫浴 泡澡 洗澡 浴盆 澡盆
🪤	mouse trap	捕鼠器	bait cheese lure mousetrap snare 奶酪 老鼠夹 诱饵 陷进 陷阱
🪒	razor	剃须刀	sharp shave 刀 刮 刮刀 剃刀 毛 胡子 锋利
🧴	lotion bottle	乳液瓶	moisturizer shampoo sunscreen 乳液 保湿乳液 护肤霜 洗剂瓶 洗发水 洗发露 防嗮霜 防晒霜
🧷	safety pin	安全别针	diaper punk rock 别针 扣针
🧹	broom	扫帚	cleaning sweeping witch 女巫 巫婆 打扫 扫地 清洁
🧺	basket	筐	farming laundry picnic 农作 洗衣 种植 篮子 脏衣篮 野餐
🧻	roll of paper	卷纸	toilet towels 卫生纸 手纸 纸卷 纸巾
🪣	bucket	桶	cask pail vat 大桶 木桶 水桶 缸
🧼	soap	皂	bar bathing clean cleaning lather soapdish 杀菌 泡沫 洗手 洗澡 清洁 肥皂 肥皂泡 肥皂盒 肥皂盘
🫧	bubbles	气泡	bubble burp clean floating pearl soap underwater 打嗝 水下 泡泡 清洁 漂浮 珍珠状 肥皂 肥皂泡
🪥	toothbrush	牙刷	bathroom brush clean dental hygiene teeth toiletry 刷 刷子 卫生 情节 洗漱 浴室 清洁 牙科 牙齿
🧽	sponge	海绵	absorbing cleaning porous soak 吸收 吸水 多孔 浸泡 清洁 渗透
🧯	fire extinguisher	灭火器	extinguish quench 压制 火灾 灭火 熄灭
🛒	shopping cart	购物车	trolley 手推车 购物 采购
🚬	cigarette	香烟	smoking 卷烟 吸烟 抽烟 烟 烟草
⚰️	coffin	棺材	dead death vampire 埋葬 死亡 灵柩 葬礼 陵墓
🪦	headstone	墓碑	cemetery dead grave graveyard memorial rip tomb tombstone 公墓 坟墓 墓园 墓地 安息 死亡 纪念
⚱️	funeral urn	骨灰缸	ashes death 丧礼 死亡 瓮 缸 葬礼 骨灰 骨灰罐
🧿	nazar amulet	纳扎尔护身符	bead blue charm evil-eye talisman 小装饰品 恶魔之眼 护身符 珠子 符咒 纳扎尔 蓝色 邪眼
🪬	hamsa	法蒂玛之手	amulet fatima fortune guide hand mary miriam palm protect protection 保护 好运 手 手掌 护身符 法蒂玛 玛丽 米里亚姆
🗿	moai	摩埃	face moyai statue stoneface travel 复活岛 复活节岛 复活节岛石像 摩艾 摩艾石像 旅行 毛埃 脸
🪧	placard	标语牌	card demonstration notice picket plaque protest sign 告示 布告 标志 标牌 标语 海报 示威 纠察队标语牌 警戒哨
🪪	identification card	身份证	credentials document id license security 凭证 安全 执照 证件

🏧	ATM sign	取款机	atm automated bank cash money teller 提款机 柜员机 标识 银行
🚮	litter in bin sign	倒垃圾	litterbin put its place 垃圾丢弃处 垃圾入篓 垃圾桶
🚰	potable water	饮用水	drinking 可以喝的 喝水 接水 水 水龙头
♿️	wheelchair symbol	轮椅标识	access handicap handicapped 无障碍 残疾 残障 轮椅 轮椅符号
🚹️	men’s room	男厕	bathroom lavatory man restroom toilet wc mens 卫生间 厕所 洗手间 男士
🚺️	women’s room	女厕	bathroom lavatory restroom toilet wc woman womens 卫生间 厕所 女士 洗手间
🚻	restroom	卫生间	bathroom lavatory toilet wc 厕所 洗手间
🚼️	baby symbol	宝宝	changing 婴儿 换尿片 母婴室
🚾	water closet	厕所	bathroom lavatory restroom toilet wc 卫生间 洗手间 盥洗室
🛂	passport control	护照检查	安检 护照 检查 通行证
🛃	customs	海关	packing 行李打包
🛄	baggage claim	提取行李	arrived bags case checked journey packing plane ready travel trip 提取 旅行 行李
🛅	left luggage	寄存行李	baggage case locker 储物柜 寄存 行李
⚠️	warning	警告	caution 小心
🚸	children crossing	儿童过街	child pedestrian traffic 交通 安全 指示牌 行人
⛔️	no entry	禁止通行	do fail forbidden not pass prohibited traffic 交通 禁止入内 禁行 请勿入内 请勿驶入
🚫	prohibited	禁止	entry forbidden no not smoke sign 不准 不许 严禁 禁入 禁行 阻止
🚳	no bicycles	禁止自行车	bicycle bike forbidden not prohibited 严禁 交通 禁止 禁行自行车 自行车 非机动车
🚭️	no smoking	禁止吸烟	forbidden not prohibited smoke 严禁 吸烟 抽烟 禁止 禁烟
🚯	no littering	禁止乱扔垃圾	forbidden litter not prohibited do 严禁 垃圾 禁丢垃圾 禁止
🚱	non-potable water	非饮用水	dry non-drinking prohibited 水 禁止用水 节约用水 非直饮水
🚷	no pedestrians	禁止行人通行	forbidden not pedestrian prohibited 严禁 行人
📵	no mobile phones	禁止使用手机	cell forbidden not phone prohibited telephone 严禁 手机 电话 禁止
🔞	no one under eighteen	18禁	18 age forbidden not prohibited restriction underage 儿童不宜 未成年人不宜 禁止
☢️	radioactive	辐射	sign 放射性 标识
☣️	biohazard	生物危害	sign 动物 当心感染 污染 警告
⬆️	up arrow	向上箭头	cardinal direction north 上 北 方位 方向 标识 箭头
↗️	up-right arrow	右上箭头	direction intercardinal northeast upper right 东北 右上 方位 方向 标识 箭头
➡️	right arrow	向右箭头	cardinal direction east 东 右 方向 标识 箭头
↘️	down-right arrow	右下箭头	direction intercardinal southeast lower right 东南 右下 方位 方向 标识 箭头
⬇️	down arrow	向下箭头	cardinal direction south 南 向下 基本 方位 正南 箭头
↙️	down-left arrow	左下箭头	direction intercardinal southwest lower left 左下 方向 标识 箭头 西南
⬅️	left arrow	向左箭头	cardinal direction west 左 方向 标识 箭头 西
↖️	up-left arrow	左上箭头	direction intercardinal northwest upper left 左上 方向 标识 箭头 西北
↕️	up-down arrow	上下箭头	up down 上下 箭头
↔️	left-right arrow	左右箭头	left right 左右 箭头
↩️	right arrow curving left	右转弯箭头	hook leftwards with 右转弯 向左弯曲的右箭头 箭头
↪️	left arrow curving right	左转弯箭头	hook rightwards with 向右弯曲的左箭头 左转弯 箭头
⤴️	right arrow curving up	右上弯箭头	heading 右上弯 向上弯曲的右箭头 箭头
⤵️	right arrow curving down	右下弯箭头	heading 右下弯 向下弯曲的右箭头 箭头
🔃	clockwise vertical arrows	顺时针垂直箭头	arrow refresh reload 刷新 垂直顺时针箭头 方向 标识 箭头 重新载入 顺时针 顺时针箭头
🔄	counterclockwise arrows button	逆时针箭头按钮	again anticlockwise arrow deja refresh rewindershins vu 倒转 再次 刷新 箭头 逆时针 逆时针箭头
🔙	BACK arrow	返回箭头	back 回退 箭头 返回
🔚	END arrow	结束箭头	end 箭头 终点 结束
🔛	ON! arrow	ON! 箭头	mark on! on on! 箭头 开始 标识 箭头
🔜	SOON arrow	SOON 箭头	brb omw soon soon 箭头 在路上 立刻回来 箭头 马上
🔝	TOP arrow	置顶	homie top up 向上 标识 顶
🛐	place of worship	宗教场所	pray religion 地点 宗教 崇拜 敬神 礼拜 祈祷
⚛️	atom symbol	原子符号	atheist 原子 无神论 物质
🕉️	om	奥姆	hindu religion 印度 印度教 唵 宗教
✡️	star of David	六芒星	david jew jewish judaism religion 六角星 大卫之星 大卫星 宗教 犹太 犹太教
☸️	wheel of dharma	法轮	buddhist religion 佛 宗教 舵 轮盘 达摩
☯️	yin yang	阴阳	difficult lives religion tao taoist total yinyang 太极 宗教 道 道教 阳 阴
✝️	latin cross	十字架	christ christian religion 基督 天主教 宗教
☦️	orthodox cross	东正教十字架	christian religion 东正教 十字架 基督 宗教 正教会十字
☪️	star and crescent	星月	islam muslim ramadan religion 伊斯兰 宗教 斋戒月 穆斯林
☮️	peace symbol	和平符号	healing peaceful 和平
🕎	menorah	烛台	candelabrum candlestick hanukkah jewish judaism religion 光明节 宗教 灯台 犹太 犹太教
🔯	dotted six-pointed star	带中间点的六芒星	fortune jewish judaism six pointed 六芒星 六芒星加圆点 六角星 命运 犹太 犹太教
🪯	khanda	坎达	deg fateh khalsa religion sikh sikhism tegh 信仰 卡尔萨 善业与佩剑得胜 坎达长剑 宗教 锡克 锡克教 锡克教徒
♈️	Aries	白羊座	aries horoscope ram zodiac 公羊 星座 牡羊座
♉️	Taurus	金牛座	bull horoscope ox taurus zodiac 公牛 星座 金牛
♊️	Gemini	双子座	gemini horoscope twins zodiac 双子 孪生子 星座
♋️	Cancer	巨蟹座	cancer crab horoscope zodiac 巨蟹 星座 螃蟹
♌️	Leo	狮子座	horoscope leo lion zodiac 星座 雄狮
♍️	Virgo	处女座	horoscope virgo zodiac 室女座 星座 黄道十二宫
♎️	Libra	天秤座	balance horoscope justice libra scales zodiac 平衡 星座 正义
♏️	Scorpio	天蝎座	horoscope scorpio scorpion scorpius zodiac 天蝎 星座 蝎子
♐️	Sagittarius	射手座	archer horoscope sagittarius zodiac 人马座 射手 弓箭手 星座
♑️	Capricorn	摩羯座	capricorn goat horoscope zodiac 天宫图 山羊 摩羯 星座
♒️	Aquarius	水瓶座	aquarius bearer horoscope water zodiac 星座 水
♓️	Pisces	双鱼座	fish horoscope pisces zodiac 双鱼 星座 鱼
⛎️	Ophiuchus	蛇夫座	bearer ophiuchus serpent snake zodiac 星座 蛇 蛇夫
🔀	shuffle tracks button	随机播放音轨按钮	arrow crossed twisted rightwards arrows 交叉 打乱 随机 随机播放
🔁	repeat button	重复按钮	arrow clockwise 循环 循环播放 箭头 顺时针
🔂	repeat single button	重复一次按钮	arrow clockwise once one 单曲循环 循环 箭头 顺时针
▶️	play button	播放按钮	arrow right triangle forward 三角 右 向右 播放 箭头
⏩️	fast-forward button	快进按钮	arrow double fast forward 双箭头 向前 快进 快速
⏭️	next track button	下一个音轨按钮	arrow scene triangle 三角 下一个 下一曲 下一首 往后 箭头
⏯️	play or pause button	播放或暂停按钮	arrow right triangle 三角 向右 播放 播放或暂停 暂停
◀️	reverse button	倒退按钮	arrow left triangle backward 三角 倒转 后退 向左 左
⏪️	fast reverse button	快退按钮	arrow double rewind 倒回 双箭头 快退 快速倒带
⏮️	last track button	上一个音轨按钮	arrow previous scene triangle 三角 上一个 上一曲 上一首 箭头
🔼	upwards button	向上三角形按钮	arrow red up small 上 向上 向上按钮 往上 箭头
⏫️	fast up button	快速上升按钮	arrow double 上 双箭头 向上 快速向上
🔽	downwards button	向下三角形按钮	arrow down red small 下 向下 向下按钮 往下 箭头
⏬️	fast down button	快速下降按钮	arrow double 下 双箭头 向下 快速向下
⏸️	pause button	暂停按钮	bar double vertical 停止 双条形 暂停
⏹️	stop button	停止按钮	square 停止 方形 正方形 终止
⏺️	record button	录制按钮	circle 制作 圆 录像 录制 录音
⏏️	eject button	推出按钮	向上三角 弹出
🎦	cinema	电影院	camera film movie 剧院 场所 影片 摄影机 电影
🔅	dim button	低亮度按钮	brightness low 亮度 低 低亮度 昏暗 暗
🔆	bright button	高亮度按钮	brightness light high 亮 亮度 太阳 明亮 高亮度
📶	antenna bars	信号强度条	bar cell communication mobile phone signal telephone strength 信号 天线 强度 手机 条
🛜	wireless	无线	broadband computer connectivity hotspot internet network router smartphone wi-fi wifi wlan 互联网 宽带 智能手机 热点 电脑 网络 计算机 连接
📳	vibration mode	振动模式	cell communication mobile phone telephone 手机 振动 震动
📴	mobile phone off	手机关机	cell telephone 关机 关闭 关闭手机 手机
♀️	female sign	女性符号	woman 符号 雌性
♂️	male sign	男性符号	man 符号 雄性
⚧️	transgender symbol	跨性别符号	跨性别
✖️	multiply	乘	cancel multiplication sign x × 乘号 取消 相乘 符号
➕️	plus	加	+ 加号 十字 数学 相加 符号
➖️	minus	减	- heavy math sign − 减号 数学 横线 符号
➗️	divide	除	division heavy math sign ÷ 数学 相除 符号 除号
🟰	heavy equals sign	粗等号	answer equal equality math 回答 平等 数学 相等 等于 等号 答案
♾️	infinity	无穷大	forever unbounded universal 宇宙 无尽 极大
‼️	double exclamation mark	双感叹号	! !! bangbang punctuation 两个 双叹号 叹号 吃惊 标点符号 ！ ！！
⁉️	exclamation question mark	感叹疑问号	! !? ? interrobang punctuation 叹号 叹号加问号 吃惊 标点符号 疑问惊叹号 问号 ！ ！？ ？
❓️	red question mark	红色问号	? punctuation 为什么 标点 标点符号 疑问 问号
❔️	white question mark	白色问号	? outlined punctuation 为什么 标点符号 空心 空心问号 问号 问题 ？
❕️	white exclamation mark	白色感叹号	! outlined punctuation 叹号 吃惊 标点符号 白色叹号 空心 空心叹号 ！
❗️	red exclamation mark	红色感叹号	! punctuation 叹号 吃惊 惊讶 感叹 感叹号 标点符号 ！
〰️	wavy dash	波浪型破折号	punctuation 标点符号 波浪线 浪花 象声号
💱	currency exchange	货币兑换	bank money 兑换 外汇 换汇 汇率 流通 银行
💲	heavy dollar sign	粗美元符号	billion cash charge currency million money pay 现金 美元 美元符号 美刀 货币 金钱
⚕️	medical symbol	医疗标志	aesculapius medicine staff 医学 医疗 蛇杖 阿斯克勒庇俄斯 阿斯克勒庇俄斯蛇杖
♻️	recycling symbol	回收标志	recycle 再利用 再生 回收 循环
⚜️	fleur-de-lis	百合花饰	knights 鸢尾花
🔱	trident emblem	三叉戟徽章	anchor poseidon ship tool 三叉戟 工具 波塞冬 船 锚
📛	name badge	姓名牌	名牌 徽章 胸牌 证章
🔰	Japanese symbol for beginner	日本新手驾驶标志	chevron green japanese leaf tool yellow v 型臂章 v形图案 人字形图记 军警 叶状 实习 新手 箭尾
⭕️	hollow red circle	红色空心圆圈	heavy large o 0 o形 圆圈 大 大圆圈 红 零
✅️	check mark button	勾号按钮	checked checkmark complete completed done fixed tick ✓ white 勾 勾号 完成 打勾 按钮 绿色打勾
☑️	check box with check	勾选框	ballot checked done off tick ✓ 做好 勾号 勾选 复选框 带勾方格 打勾 搞定 选票
✔️	check mark	勾号	checked checkmark done heavy tick ✓ 对勾 打勾 正确 符号
❌️	cross mark	叉号	cancel multiplication multiply x × 乘 交叉 取消 相乘 符号
❎️	cross mark button	叉号按钮	multiplication multiply square x × negative squared 乘 乘号 叉 取消 方形
➰️	curly loop	卷曲环	curl 单环 日本单环标志 标志
➿️	double curly loop	双卷曲环	curl 免费电话 双环 日本免费电话标志 标志
〽️	part alternation mark	庵点	开始歌唱 歌记号 符号
✳️	eight-spoked asterisk	八轮辐星号	* eight spoked 八芒星 星号
✴️	eight-pointed star	八角星	* eight pointed black 星 符号
❇️	sparkle	火花	* 烟火 闪光 闪耀
©️	copyright	版权	c 版权
®️	registered	注册	r 注册标记
™️	trade mark	商标	tm trademark 产品 标志
🫟	splatter	泼溅	drip holi ink liquid mess paint spill stain 喷洒 污渍 油漆 溢出
#️⃣	keycap: #	按键: #	keycap hash number sign 按键
*️⃣	keycap: *	按键: *	keycap asterisk 按键
0️⃣	keycap: 0	按键: 0	keycap zero 按键
1️⃣	keycap: 1	按键: 1	keycap one 一 按键
2️⃣	keycap: 2	按键: 2	keycap two 二 按键
3️⃣	keycap: 3	按键: 3	keycap three 三 按键
4️⃣	keycap: 4	按键: 4	four keycap 四 按键
5️⃣	keycap: 5	按键: 5	five keycap 五 按键
6️⃣	keycap: 6	按键: 6	keycap six 六 按键
7️⃣	keycap: 7	按键: 7	keycap seven 七 按键
8️⃣	keycap: 8	按键: 8	eight keycap 八 按键
9️⃣	keycap: 9	按键: 9	keycap nine 九 按键
🔟	keycap: 10	按键: 10	keycap ten 按键
🔠	input latin uppercase	输入大写拉丁字母	abcd letters capital 大写字母 大写字母键 字母 打字 拉丁文 输入法
🔡	input latin lowercase	输入小写拉丁字母	abcd letters 小写字母 小写字母键 打字 拉丁文 输入小写字母 输入法
🔢	input numbers	输入数字	1234 打字 数字
🔣	input symbols	输入符号	% & ♪ 〒 字符 打字 符号
🔤	input latin letters	输入拉丁字母	abc alphabet 字母 打字 拉丁字母 拉丁字母键 拉丁文 输入字母
🅰️	A button (blood type)	A型血	blood type a a型血 字母a 按钮 血型 血液
🆎	AB button (blood type)	AB型血	ab blood type ab型血 字母ab 按钮 血型 血液
🅱️	B button (blood type)	B型血	b blood type b型血 按钮 血型 血液
🆑	CL button	CL按钮	cl cl按钮 手机 清理 清除
🆒	COOL button	cool按钮	cool 按键 酷
🆓	FREE button	免费按钮	free 不收费 免费 按钮 自由
ℹ️	information	信息	i info source 信息中心 查询 资料
🆔	ID button	ID按钮	id identity id按钮 按键 识别 身份
Ⓜ️	circled M	圆圈包围的M	circle m 圆圈包围的m 圈 字母 米
🆕	NEW button	new按钮	new 按键 新 新的
🆖	NG button	NG按钮	ng ng按钮 按钮 按键 花絮
🅾️	O button (blood type)	O 型血	blood o type o 型血 o型血 字母o 按钮 血型 血液
🆗	OK button	OK按钮	ok okay ok按钮 同意 按键
🅿️	P button	停车按钮	p parking 停车 按键 泊车
🆘	SOS button	SOS按钮	help sos sos按钮 按键 救命 求救 求救钮
🆙	UP! button	up按钮	mark up up! up2 向上 按键
🆚	VS button	VS按钮	versus vs vs按钮 对 对决 按键
🈁	Japanese “here” button	日文的“这里”按钮	here japanese katakana ja koko 按键 日文 日语 此处 片假名 这里
🈂️	Japanese “service charge” button	日文的“服务费”按钮	charge japanese katakana service ja sa 按键 收费 日文 日文sa 日语 服务 服务费 片假名
🈷️	Japanese “monthly amount” button	日文的“月总量”按钮	amount ideograph japanese monthly ja 按键 日文 日本 月 月度 统计 表意文字
🈶	Japanese “not free of charge” button	日文的“收费”按钮	charge ideograph japanese not ja carge 按键 日文 日本 有 有料 表意文字 要收费 费用
🈯️	Japanese “reserved” button	日文的“预留”按钮	ideograph japanese reserved ja 保留 指 按键 日文 日本 表意文字 预定 预订
🉐	Japanese “bargain” button	日文的“议价”按钮	bargain ideograph japanese advantage ja 得 按键 日文 日本 表意文字 讨价还价
🈹	Japanese “discount” button	日文的“打折”按钮	discount ideograph japanese ja 割 打折 折扣 按键 日文 日本 表意文字
🈚️	Japanese “free of charge” button	日文的“免费”按钮	charge free ideograph japanese ja 免费 免钱 按键 无 日文 日本 表意文字
🈲	Japanese “prohibited” button	日文的“禁止”按钮	ideograph japanese prohibited ja 严禁 按键 日文 日本 禁 表意文字
🉑	Japanese “acceptable” button	日文的“可接受”按钮	acceptable ideograph japanese accept ja 可 可接受 按键 日文 日本 表意文字 许可
🈸	Japanese “application” button	日文的“申请”按钮	application ideograph japanese ja 日文 日本 日语 申 申请 申请书 申请表 表意文字
🈴	Japanese “passing grade” button	日文的“合格”按钮	grade ideograph japanese passing ja 及格 合 按键 日文 日本 表意文字 过关 通过
🈳	Japanese “vacancy” button	日文的“有空位”按钮	ideograph japanese vacancy ja 日文 日本 日语 有空位 空 空位 空闲 表意文字
㊗️	Japanese “congratulations” button	日文的“祝贺”按钮	congratulations ideograph japanese ja 庆贺 按键 日文 日本 祝 祝福 祝贺 表意文字
㊙️	Japanese “secret” button	日文的“秘密”按钮	ideograph japanese secret ja 保密 按键 日文 日本 秘 秘密 表意文字
🈺	Japanese “open for business” button	日文的“开始营业”按钮	business ideograph japanese open ja 开门 按键 日文 日本 营 营业 营业中 表意文字
🈵	Japanese “no vacancy” button	日文的“没有空位”按钮	ideograph japanese no vacancy ja 座位 按键 日文 日本 满 表意文字
🔴	red circle	红色圆	geometric 几何 圆 圈 红 红圈 红色
🟠	orange circle	橙色圆	圆 圆圈 圈 橙
🟡	yellow circle	黄色圆	圆 圈 黄 黄色 黄色圆圈
🟢	green circle	绿色圆	圆 圆圈 圈 绿
🔵	blue circle	蓝色圆	geometric 圆 圈 蓝 蓝圈
🟣	purple circle	紫色圆	圆 圆圈 圈 紫 紫色 紫色圆圈
🟤	brown circle	棕色圆	圆 圆圈 圈 棕
⚫️	black circle	黑色圆	geometric 圆 圈 黑
⚪️	white circle	白色圆	geometric 圆 圈 白 白圈
🟥	red square	红色方块	card penalty 方块 方框 正方形 红 红色
🟧	orange square	橙色方块	方块 方框 橙 橙色 正方形
🟨	yellow square	黄色方块	card penalty 方块 方框 正方形 黄 黄色
🟩	green square	绿色方块	方块 方框 正方形 绿 绿色
🟦	blue square	蓝色方块	方块 方框 正方形 蓝 蓝色
🟪	purple square	紫色方块	方块 方框 正方形 紫 紫色
🟫	brown square	棕色方块	方块 方框 棕 棕色 正方形
⬛️	black large square	黑线大方框	geometric 大 方形 正方形 黑色 黑色大方形
⬜️	white large square	白线大方框	geometric 大 方形 正方形 白色 白色方块
◼️	black medium square	黑色中方块	geometric 中等 几何 方形 正方形 黑色
◻️	white medium square	白色中方块	geometric 中等 方形 正方形 白色
◾️	black medium-small square	黑色中小方块	geometric medium small 中小 方形 正方形 黑色
◽️	white medium-small square	白色中小方块	geometric medium small 中小 正方形 几何 方形 白色
▪️	black small square	黑色小方块	geometric 几何 几何图形 小 方形 正方形 黑色
▫️	white small square	白色小方块	geometric 小 方形 正方形 白色
🔶	large orange diamond	橙色大菱形	geometric 大 方块 方片 橘色方块 橘黄色 橙色方块 菱形 钻石
🔷	large blue diamond	蓝色大菱形	geometric 大 方块 方片 菱形 蓝色 钻石
🔸	small orange diamond	橙色小菱形	geometric 小 方块 方片 橘色方块 橘黄色 菱形
🔹	small blue diamond	蓝色小菱形	geometric 小 方片 菱形 蓝色 蓝色方块 钻石
🔺	red triangle pointed up	红色正三角	geometric small 三角形 向上 正三角 红色
🔻	red triangle pointed down	红色倒三角	geometric small 三角形 下 倒三角 向下 红色
💠	diamond with a dot	带圆点的菱形	comic geometric shape inside 中心 内部 圆 方块 方块内有点 梅花形 菱形
🔘	radio button	单选按钮	geometric 单独 单选钮 圆心 按钮 按键 选中
🔳	white square button	白色方形按钮	geometric outlined 按钮 方形 白线方形按钮 白线正方形按钮 白色正方形按钮 白边线方形按钮 白边线正方形按钮
🔲	black square button	黑色方形按钮	geometric 几何 几何图形 按钮 方形 黑线方形按钮 黑线正方形按钮 黑色正方形按钮 黑边线方形按钮 黑边线正方形按钮

🏁	chequered flag	黑白方格旗	checkered finish flags game race racing sport win 方格 格子旗 竞赛 终点 终点旗 黑白方格
🚩	triangular flag	三角旗	construction golf post on 升旗 旗 旗杆上的三角旗 旗杆上的旗帜 红色旗帜 高尔夫
🎌	crossed flags	交叉旗	celebration cross japanese 对叉 旗 旗帜 日本
🏴	black flag	黑旗	waving 举黑旗 摇黑棋 黑色旗 黑色旗子 黑色旗帜
🏳️	white flag	白旗	waving 举白旗 摇白旗 白色旗子 白色旗帜
🏳️‍🌈	rainbow flag	彩虹旗	bisexual gay genderqueer glbt glbtq lesbian lgbt lgbtq lgbtqia pride queer trans transgender 双性 同性 多色 彩虹 旗 旗帜 跨性别
🏳️‍⚧️	transgender flag	跨性别旗	blue light pink white 旗帜 浅蓝色 白色 粉红色 跨性别
🏴‍☠️	pirate flag	海盗旗	jolly plunder roger treasure 掠夺 海上 财宝 骷髅
🇦🇨	flag: Ascension Island	旗: 阿森松岛	ac flag ascension island ac 旗
🇦🇩	flag: Andorra	旗: 安道尔	ad flag andorra ad 旗
🇦🇪	flag: United Arab Emirates	旗: 阿拉伯联合酋长国	ae flag ae united arab emirates 旗
🇦🇫	flag: Afghanistan	旗: 阿富汗	af flag afghanistan af 旗
🇦🇬	flag: Antigua & Barbuda	旗: 安提瓜和巴布达	ag flag antigua barbuda ag 旗
🇦🇮	flag: Anguilla	旗: 安圭拉	ai flag anguilla ai 旗
🇦🇱	flag: Albania	旗: 阿尔巴尼亚	al flag albania al 旗
🇦🇲	flag: Armenia	旗: 亚美尼亚	am flag armenia am 旗
🇦🇴	flag: Angola	旗: 安哥拉	ao flag angola ao 旗
🇦🇶	flag: Antarctica	旗: 南极洲	aq flag antarctica aq 旗
🇦🇷	flag: Argentina	旗: 阿根廷	ar flag argentina ar 旗
🇦🇸	flag: American Samoa	旗: 美属萨摩亚	as flag american samoa as 旗
🇦🇹	flag: Austria	旗: 奥地利	at flag austria at 旗
🇦🇺	flag: Australia	旗: 澳大利亚	au flag australia au 旗
🇦🇼	flag: Aruba	旗: 阿鲁巴	aw flag aruba aw 旗
🇦🇽	flag: Åland Islands	旗: 奥兰群岛	ax flag aland islands ax 旗
🇦🇿	flag: Azerbaijan	旗: 阿塞拜疆	az flag azerbaijan az 旗
🇧🇦	flag: Bosnia & Herzegovina	旗: 波斯尼亚和黑塞哥维那	ba flag bosnia herzegovina ba 旗
🇧🇧	flag: Barbados	旗: 巴巴多斯	bb flag barbados bb 旗
🇧🇩	flag: Bangladesh	旗: 孟加拉国	bd flag bangladesh bd 旗
🇧🇪	flag: Belgium	旗: 比利时	be flag belgium be 旗
🇧🇫	flag: Burkina Faso	旗: 布基纳法索	bf flag burkina faso bf 旗
🇧🇬	flag: Bulgaria	旗: 保加利亚	bg flag bulgaria bg 旗
🇧🇭	flag: Bahrain	旗: 巴林	bh flag bahrain bh 旗
🇧🇮	flag: Burundi	旗: 布隆迪	bi flag burundi bi 旗
🇧🇯	flag: Benin	旗: 贝宁	bj flag benin bj 旗
🇧🇱	flag: St. Barthélemy	旗: 圣巴泰勒米	bl flag bl st barthelemy 旗
🇧🇲	flag: Bermuda	旗: 百慕大	bm flag bermuda bm 旗
🇧🇳	flag: Brunei	旗: 文莱	bn flag brunei bn 旗
🇧🇴	flag: Bolivia	旗: 玻利维亚	bo flag bolivia bo 旗
🇧🇶	flag: Caribbean Netherlands	旗: 荷属加勒比区	bq flag caribbean netherlands bq 旗
🇧🇷	flag: Brazil	旗: 巴西	br flag brazil br 旗
🇧🇸	flag: Bahamas	旗: 巴哈马	bs flag bahamas bs 旗
🇧🇹	flag: Bhutan	旗: 不丹	bt flag bhutan bt 旗
🇧🇻	flag: Bouvet Island	旗: 布韦岛	bv flag bouvet island bv 旗
🇧🇼	flag: Botswana	旗: 博茨瓦纳	bw flag botswana bw 旗
🇧🇾	flag: Belarus	旗: 白俄罗斯	by flag belarus by 旗
🇧🇿	flag: Belize	旗: 伯利兹	bz flag belize bz 旗
🇨🇦	flag: Canada	旗: 加拿大	ca flag canada ca 旗
🇨🇨	flag: Cocos (Keeling) Islands	旗: 科科斯（基林）群岛	cc flag cocos islands cc 旗
🇨🇩	flag: Congo - Kinshasa	旗: 刚果（金）	cd flag congo kinshasa cd 旗
🇨🇫	flag: Central African Republic	旗: 中非共和国	cf flag central african republic cf 旗
🇨🇬	flag: Congo - Brazzaville	旗: 刚果（布）	cg flag congo brazzaville cg 旗
🇨🇭	flag: Switzerland	旗: 瑞士	ch flag ch switzerland 旗
🇨🇮	flag: Côte d’Ivoire	旗: 科特迪瓦	ci flag cote divoire ci 旗
🇨🇰	flag: Cook Islands	旗: 库克群岛	ck flag cook islands ck 旗
🇨🇱	flag: Chile	旗: 智利	cl flag chile cl 旗
🇨🇲	flag: Cameroon	旗: 喀麦隆	cm flag cameroon cm 旗
🇨🇳	flag: China	旗: 中国	cn flag china cn 旗
🇨🇴	flag: Colombia	旗: 哥伦比亚	co flag colombia co 旗
🇨🇵	flag: Clipperton Island	旗: 克利珀顿岛	cp flag clipperton island cp 旗
🇨🇶	flag: Sark	旗: 萨克岛	cq flag cq sark 旗
🇨🇷	flag: Costa Rica	旗: 哥斯达黎加	cr flag costa rica cr 旗
🇨🇺	flag: Cuba	旗: 古巴	cu flag cuba cu 旗
🇨🇻	flag: Cape Verde	旗: 佛得角	cv flag cape verde cv 旗
🇨🇼	flag: Curaçao	旗: 库拉索	cw flag curacao cw 旗
🇨🇽	flag: Christmas Island	旗: 圣诞岛	cx flag christmas island cx 旗
🇨🇾	flag: Cyprus	旗: 塞浦路斯	cy flag cyprus cy 旗
🇨🇿	flag: Czechia	旗: 捷克	cz flag czech republic czechia cz 旗
🇩🇪	flag: Germany	旗: 德国	de flag de germany 旗
🇩🇬	flag: Diego Garcia	旗: 迪戈加西亚岛	dg flag diego garcia dg 旗
🇩🇯	flag: Djibouti	旗: 吉布提	dj flag djibouti dj 旗
🇩🇰	flag: Denmark	旗: 丹麦	dk flag denmark dk 旗
🇩🇲	flag: Dominica	旗: 多米尼克	dm flag dominica dm 旗
🇩🇴	flag: Dominican Republic	旗: 多米尼加共和国	do flag dominican republic do 旗
🇩🇿	flag: Algeria	旗: 阿尔及利亚	dz flag algeria dz 旗
🇪🇦	flag: Ceuta & Melilla	旗: 休达及梅利利亚	ea flag ceuta melilla ea 旗
🇪🇨	flag: Ecuador	旗: 厄瓜多尔	ec flag ecuador ec 旗
🇪🇪	flag: Estonia	旗: 爱沙尼亚	ee flag estonia ee 旗
🇪🇬	flag: Egypt	旗: 埃及	eg flag egypt eg 旗
🇪🇭	flag: Western Sahara	旗: 西撒哈拉	eh flag eh western sahara 旗
🇪🇷	flag: Eritrea	旗: 厄立特里亚	er flag eritrea er 旗
🇪🇸	flag: Spain	旗: 西班牙	es flag es spain 旗
🇪🇹	flag: Ethiopia	旗: 埃塞俄比亚	et flag ethiopia et 旗
🇪🇺	flag: European Union	旗: 欧盟	eu flag european union eu 旗
🇫🇮	flag: Finland	旗: 芬兰	fi flag finland fi 旗
🇫🇯	flag: Fiji	旗: 斐济	fj flag fiji fj 旗
🇫🇰	flag: Falkland Islands	旗: 福克兰群岛	fk flag falkland islands fk 旗
🇫🇲	flag: Micronesia	旗: 密克罗尼西亚	fm flag fm micronesia 旗
🇫🇴	flag: Faroe Islands	旗: 法罗群岛	fo flag faroe islands fo 旗
🇫🇷	flag: France	旗: 法国	fr flag fr france 旗
🇬🇦	flag: Gabon	旗: 加蓬	ga flag ga gabon 旗
🇬🇧	flag: United Kingdom	旗: 英国	gb flag gb uk united kingdom 旗
🇬🇩	flag: Grenada	旗: 格林纳达	gd flag gd grenada 旗
🇬🇪	flag: Georgia	旗: 格鲁吉亚	ge flag ge georgia 旗
🇬🇫	flag: French Guiana	旗: 法属圭亚那	gf flag gf french guiana 旗
🇬🇬	flag: Guernsey	旗: 根西岛	gg flag gg guernsey 旗
🇬🇭	flag: Ghana	旗: 加纳	gh flag gh ghana 旗
🇬🇮	flag: Gibraltar	旗: 直布罗陀	gi flag gi gibraltar 旗
🇬🇱	flag: Greenland	旗: 格陵兰	gl flag gl greenland 旗
🇬🇲	flag: Gambia	旗: 冈比亚	gm flag gm gambia 旗
🇬🇳	flag: Guinea	旗: 几内亚	gn flag gn guinea 旗
🇬🇵	flag: Guadeloupe	旗: 瓜德罗普	gp flag gp guadeloupe 旗
🇬🇶	flag: Equatorial Guinea	旗: 赤道几内亚	gq flag equatorial guinea gq 旗
🇬🇷	flag: Greece	旗: 希腊	gr flag gr greece 旗
🇬🇸	flag: South Georgia & South Sandwich Islands	旗: 南乔治亚和南桑威奇群岛	gs flag gs south georgia sandwich islands 旗
🇬🇹	flag: Guatemala	旗: 危地马拉	gt flag gt guatemala 旗
🇬🇺	flag: Guam	旗: 关岛	gu flag gu guam 旗
🇬🇼	flag: Guinea-Bissau	旗: 几内亚比绍	gw flag gw guinea bissau 旗
🇬🇾	flag: Guyana	旗: 圭亚那	gy flag gy guyana 旗
🇭🇰	flag: Hong Kong SAR China	旗: 中国香港特别行政区	hk flag hk hong kong 旗
🇭🇲	flag: Heard & McDonald Islands	旗: 赫德岛和麦克唐纳群岛	hm flag hm heard mcdonald islands 旗
🇭🇳	flag: Honduras	旗: 洪都拉斯	hn flag hn honduras 旗
🇭🇷	flag: Croatia	旗: 克罗地亚	hr flag croatia hr 旗
🇭🇹	flag: Haiti	旗: 海地	ht flag ht haiti 旗
🇭🇺	flag: Hungary	旗: 匈牙利	hu flag hu hungary 旗
🇮🇨	flag: Canary Islands	旗: 加纳利群岛	ic flag canary islands ic 旗
🇮🇩	flag: Indonesia	旗: 印度尼西亚	id flag id indonesia 旗
🇮🇪	flag: Ireland	旗: 爱尔兰	ie flag ie ireland 旗
🇮🇱	flag: Israel	旗: 以色列	il flag il israel 旗
🇮🇲	flag: Isle of Man	旗: 马恩岛	im flag im isle man 旗
🇮🇳	flag: India	旗: 印度	in flag in india 旗
🇮🇴	flag: British Indian Ocean Territory	旗: 英属印度洋领地	io flag british indian ocean territory io 旗
🇮🇶	flag: Iraq	旗: 伊拉克	iq flag iq iraq 旗
🇮🇷	flag: Iran	旗: 伊朗	ir flag ir iran 旗
🇮🇸	flag: Iceland	旗: 冰岛	is flag is iceland 旗
🇮🇹	flag: Italy	旗: 意大利	it flag it italy 旗
🇯🇪	flag: Jersey	旗: 泽西岛	je flag je jersey 旗
🇯🇲	flag: Jamaica	旗: 牙买加	jm flag jm jamaica 旗
🇯🇴	flag: Jordan	旗: 约旦	jo flag jo jordan 旗
🇯🇵	flag: Japan	旗: 日本	jp flag jp japan 旗
🇰🇪	flag: Kenya	旗: 肯尼亚	ke flag ke kenya 旗
🇰🇬	flag: Kyrgyzstan	旗: 吉尔吉斯斯坦	kg flag kg kyrgyzstan 旗
🇰🇭	flag: Cambodia	旗: 柬埔寨	kh flag cambodia kh 旗
🇰🇮	flag: Kiribati	旗: 基里巴斯	ki flag ki kiribati 旗
🇰🇲	flag: Comoros	旗: 科摩罗	km flag comoros km 旗
🇰🇳	flag: St. Kitts & Nevis	旗: 圣基茨和尼维斯	kn flag kn st kitts nevis 旗
🇰🇵	flag: North Korea	旗: 朝鲜	kp flag kp north korea 旗
🇰🇷	flag: South Korea	旗: 韩国	kr flag kr south korea 旗
🇰🇼	flag: Kuwait	旗: 科威特	kw flag kw kuwait 旗
🇰🇾	flag: Cayman Islands	旗: 开曼群岛	ky flag cayman islands ky 旗
🇰🇿	flag: Kazakhstan	旗: 哈萨克斯坦	kz flag kz kazakhstan 旗
🇱🇦	flag: Laos	旗: 老挝	la flag la laos 旗
🇱🇧	flag: Lebanon	旗: 黎巴嫩	lb flag lb lebanon 旗
🇱🇨	flag: St. Lucia	旗: 圣卢西亚	lc flag lc st lucia 旗
🇱🇮	flag: Liechtenstein	旗: 列支敦士登	li flag li liechtenstein 旗
🇱🇰	flag: Sri Lanka	旗: 斯里兰卡	lk flag lk sri lanka 旗
🇱🇷	flag: Liberia	旗: 利比里亚	lr flag lr liberia 旗
🇱🇸	flag: Lesotho	旗: 莱索托	ls flag ls lesotho 旗
🇱🇹	flag: Lithuania	旗: 立陶宛	lt flag lt lithuania 旗
🇱🇺	flag: Luxembourg	旗: 卢森堡	lu flag lu luxembourg 旗
🇱🇻	flag: Latvia	旗: 拉脱维亚	lv flag lv latvia 旗
🇱🇾	flag: Libya	旗: 利比亚	ly flag ly libya 旗
🇲🇦	flag: Morocco	旗: 摩洛哥	ma flag ma morocco 旗
🇲🇨	flag: Monaco	旗: 摩纳哥	mc flag mc monaco 旗
🇲🇩	flag: Moldova	旗: 摩尔多瓦	md flag md moldova 旗
🇲🇪	flag: Montenegro	旗: 黑山	me flag me montenegro 旗
🇲🇫	flag: St. Martin	旗: 法属圣马丁	mf flag mf st martin 旗
🇲🇬	flag: Madagascar	旗: 马达加斯加	mg flag mg madagascar 旗
🇲🇭	flag: Marshall Islands	旗: 马绍尔群岛	mh flag mh marshall islands 旗
🇲🇰	flag: North Macedonia	旗: 北马其顿	mk flag mk macedonia 旗
🇲🇱	flag: Mali	旗: 马里	ml flag ml mali 旗
🇲🇲	flag: Myanmar (Burma)	旗: 缅甸	mm flag burma mm myanmar 旗
🇲🇳	flag: Mongolia	旗: 蒙古	mn flag mn mongolia 旗
🇲🇴	flag: Macao SAR China	旗: 中国澳门特别行政区	mo flag mo macao macau 旗
🇲🇵	flag: Northern Mariana Islands	旗: 北马里亚纳群岛	mp flag mp northern mariana islands 旗
🇲🇶	flag: Martinique	旗: 马提尼克	mq flag mq martinique 旗
🇲🇷	flag: Mauritania	旗: 毛里塔尼亚	mr flag mr mauritania 旗
🇲🇸	flag: Montserrat	旗: 蒙特塞拉特	ms flag ms montserrat 旗
🇲🇹	flag: Malta	旗: 马耳他	mt flag mt malta 旗
🇲🇺	flag: Mauritius	旗: 毛里求斯	mu flag mu mauritius 旗
🇲🇻	flag: Maldives	旗: 马尔代夫	mv flag mv maldives 旗
🇲🇼	flag: Malawi	旗: 马拉维	mw flag mw malawi 旗
🇲🇽	flag: Mexico	旗: 墨西哥	mx flag mx mexico 旗
🇲🇾	flag: Malaysia	旗: 马来西亚	my flag my malaysia 旗
🇲🇿	flag: Mozambique	旗: 莫桑比克	mz flag mz mozambique 旗
🇳🇦	flag: Namibia	旗: 纳米比亚	na flag na namibia 旗
🇳🇨	flag: New Caledonia	旗: 新喀里多尼亚	nc flag nc new caledonia 旗
🇳🇪	flag: Niger	旗: 尼日尔	ne flag ne niger 旗
🇳🇫	flag: Norfolk Island	旗: 诺福克岛	nf flag nf norfolk island 旗
🇳🇬	flag: Nigeria	旗: 尼日利亚	ng flag ng nigeria 旗
🇳🇮	flag: Nicaragua	旗: 尼加拉瓜	ni flag ni nicaragua 旗
🇳🇱	flag: Netherlands	旗: 荷兰	nl flag nl netherlands 旗
🇳🇴	flag: Norway	旗: 挪威	no flag no norway 旗
🇳🇵	flag: Nepal	旗: 尼泊尔	np flag np nepal 旗
🇳🇷	flag: Nauru	旗: 瑙鲁	nr flag nr nauru 旗
🇳🇺	flag: Niue	旗: 纽埃	nu flag nu niue 旗
🇳🇿	flag: New Zealand	旗: 新西兰	nz flag nz new zealand 旗
🇴🇲	flag: Oman	旗: 阿曼	om flag om oman 旗
🇵🇦	flag: Panama	旗: 巴拿马	pa flag pa panama 旗
🇵🇪	flag: Peru	旗: 秘鲁	pe flag pe peru 旗
🇵🇫	flag: French Polynesia	旗: 法属波利尼西亚	pf flag pf french polynesia 旗
🇵🇬	flag: Papua New Guinea	旗: 巴布亚新几内亚	pg flag pg papua new guinea 旗
🇵🇭	flag: Philippines	旗: 菲律宾	ph flag ph philippines 旗
🇵🇰	flag: Pakistan	旗: 巴基斯坦	pk flag pk pakistan 旗
🇵🇱	flag: Poland	旗: 波兰	pl flag pl poland 旗
🇵🇲	flag: St. Pierre & Miquelon	旗: 圣皮埃尔和密克隆群岛	pm flag pm st pierre miquelon 旗
🇵🇳	flag: Pitcairn Islands	旗: 皮特凯恩群岛	pn flag pn pitcairn islands 旗
🇵🇷	flag: Puerto Rico	旗: 波多黎各	pr flag pr puerto rico 旗
🇵🇸	flag: Palestinian Territories	旗: 巴勒斯坦领土	ps flag ps palestinian territories 旗
🇵🇹	flag: Portugal	旗: 葡萄牙	pt flag pt portugal 旗
🇵🇼	flag: Palau	旗: 帕劳	pw flag pw palau 旗
🇵🇾	flag: Paraguay	旗: 巴拉圭	py flag py paraguay 旗
🇶🇦	flag: Qatar	旗: 卡塔尔	qa flag qa qatar 旗
🇷🇪	flag: Réunion	旗: 留尼汪	re flag re reunion 旗
🇷🇴	flag: Romania	旗: 罗马尼亚	ro flag ro romania 旗
🇷🇸	flag: Serbia	旗: 塞尔维亚	rs flag rs serbia 旗
🇷🇺	flag: Russia	旗: 俄罗斯	ru flag ru russia 旗
🇷🇼	flag: Rwanda	旗: 卢旺达	rw flag rw rwanda 旗
🇸🇦	flag: Saudi Arabia	旗: 沙特阿拉伯	sa flag sa saudi arabia 旗
🇸🇧	flag: Solomon Islands	旗: 所罗门群岛	sb flag sb solomon islands 旗
🇸🇨	flag: Seychelles	旗: 塞舌尔	sc flag sc seychelles 旗
🇸🇩	flag: Sudan	旗: 苏丹	sd flag sd sudan 旗
🇸🇪	flag: Sweden	旗: 瑞典	se flag se sweden 旗
🇸🇬	flag: Singapore	旗: 新加坡	sg flag sg singapore 旗
🇸🇭	flag: St. Helena	旗: 圣赫勒拿	sh flag sh st helena 旗
🇸🇮	flag: Slovenia	旗: 斯洛文尼亚	si flag si slovenia 旗
🇸🇯	flag: Svalbard & Jan Mayen	旗: 斯瓦尔巴和扬马延	sj flag sj svalbard jan mayen 旗
🇸🇰	flag: Slovakia	旗: 斯洛伐克	sk flag sk slovakia 旗
🇸🇱	flag: Sierra Leone	旗: 塞拉利昂	sl flag sl sierra leone 旗
🇸🇲	flag: San Marino	旗: 圣马力诺	sm flag sm san marino 旗
🇸🇳	flag: Senegal	旗: 塞内加尔	sn flag sn senegal 旗
🇸🇴	flag: Somalia	旗: 索马里	so flag so somalia 旗
🇸🇷	flag: Suriname	旗: 苏里南	sr flag sr suriname 旗
🇸🇸	flag: South Sudan	旗: 南苏丹	ss flag ss south sudan 旗
🇸🇹	flag: São Tomé & Príncipe	旗: 圣多美和普林西比	st flag st sao tome principe 旗
🇸🇻	flag: El Salvador	旗: 萨尔瓦多	sv flag el salvador sv 旗
🇸🇽	flag: Sint Maarten	旗: 荷属圣马丁	sx flag sx sint maarten 旗
🇸🇾	flag: Syria	旗: 叙利亚	sy flag sy syria 旗
🇸🇿	flag: Eswatini	旗: 斯威士兰	sz flag eswatini sz swaziland 旗
🇹🇦	flag: Tristan da Cunha	旗: 特里斯坦-达库尼亚群岛	ta flag ta tristan cunha 旗
🇹🇨	flag: Turks & Caicos Islands	旗: 特克斯和凯科斯群岛	tc flag tc turks caicos islands 旗
🇹🇩	flag: Chad	旗: 乍得	td flag chad td 旗
🇹🇫	flag: French Southern Territories	旗: 法属南部领地	tf flag tf french southern territories 旗
🇹🇬	flag: Togo	旗: 多哥	tg flag tg togo 旗
🇹🇭	flag: Thailand	旗: 泰国	th flag th thailand 旗
🇹🇯	flag: Tajikistan	旗: 塔吉克斯坦	tj flag tj tajikistan 旗
🇹🇰	flag: Tokelau	旗: 托克劳	tk flag tk tokelau 旗
🇹🇱	flag: Timor-Leste	旗: 东帝汶	tl flag tl timor leste 旗
🇹🇲	flag: Turkmenistan	旗: 土库曼斯坦	tm flag tm turkmenistan 旗
🇹🇳	flag: Tunisia	旗: 突尼斯	tn flag tn tunisia 旗
🇹🇴	flag: Tonga	旗: 汤加	to flag to tonga 旗
🇹🇷	flag: Türkiye	旗: 土耳其	tr flag tr turkey 旗
🇹🇹	flag: Trinidad & Tobago	旗: 特立尼达和多巴哥	tt flag tt trinidad tobago 旗
🇹🇻	flag: Tuvalu	旗: 图瓦卢	tv flag tv tuvalu 旗
🇹🇼	flag: Taiwan	旗: 台湾	tw flag tw taiwan 旗
🇹🇿	flag: Tanzania	旗: 坦桑尼亚	tz flag tz tanzania 旗
🇺🇦	flag: Ukraine	旗: 乌克兰	ua flag ua ukraine 旗
🇺🇬	flag: Uganda	旗: 乌干达	ug flag ug uganda 旗
🇺🇲	flag: U.S. Outlying Islands	旗: 美国本土外小岛屿	um flag um us outlying islands 旗
🇺🇳	flag: United Nations	旗: 联合国	un flag un united nations 旗
🇺🇸	flag: United States	旗: 美国	us flag us united states usa 旗
🇺🇾	flag: Uruguay	旗: 乌拉圭	uy flag uy uruguay 旗
🇺🇿	flag: Uzbekistan	旗: 乌兹别克斯坦	uz flag uz uzbekistan 旗
🇻🇦	flag: Vatican City	旗: 梵蒂冈	va flag va vatican city 旗
🇻🇨	flag: St. Vincent & Grenadines	旗: 圣文森特和格林纳丁斯	vc flag vc st vincent grenadines 旗
🇻🇪	flag: Venezuela	旗: 委内瑞拉	ve flag ve venezuela 旗
🇻🇬	flag: British Virgin Islands	旗: 英属维尔京群岛	vg flag british virgin islands vg 旗
🇻🇮	flag: U.S. Virgin Islands	旗: 美属维尔京群岛	vi flag vi us virgin islands 旗
🇻🇳	flag: Vietnam	旗: 越南	vn flag vn vietnam 旗
🇻🇺	flag: Vanuatu	旗: 瓦努阿图	vu flag vu vanuatu 旗
🇼🇫	flag: Wallis & Futuna	旗: 瓦利斯和富图纳	wf flag wf wallis futuna 旗
🇼🇸	flag: Samoa	旗: 萨摩亚	ws flag ws samoa 旗
🇽🇰	flag: Kosovo	旗: 科索沃	xk flag xk kosovo 旗
🇾🇪	flag: Yemen	旗: 也门	ye flag ye yemen 旗
🇾🇹	flag: Mayotte	旗: 马约特	yt flag yt mayotte 旗
🇿🇦	flag: South Africa	旗: 南非	za flag za south africa 旗
🇿🇲	flag: Zambia	旗: 赞比亚	zm flag zm zambia 旗
🇿🇼	flag: Zimbabwe	旗: 津巴布韦	zw flag zw zimbabwe 旗
🏴󠁧󠁢󠁥󠁮󠁧󠁿	flag: England	旗: 英格兰	flag gbeng england 旗
🏴󠁧󠁢󠁳󠁣󠁴󠁿	flag: Scotland	旗: 苏格兰	flag gbsct scotland 旗
🏴󠁧󠁢󠁷󠁬󠁳󠁿	flag: Wales	旗: 威尔士	flag gbwls wales 旗`,d=[`smile`,`hand`,`leaf`,`cup`,`car`,`ball`,`bulb`,`heart`,`flag`],f,p;function m(){return f??=u.split(`

`).map((e,t)=>({icon:d[t]??`smile`,emoji:e.split(`
`).map(e=>{let[t=``,n=``,r=``,i=``]=e.split(`	`);return{emoji:t,en:n,zh:r,words:i}})})),f}function h(e){return p??=new Map(m().flatMap(e=>e.emoji.map(e=>[e.emoji,e]))),p.get(e)}function g(e){let t=e.trim().toLowerCase();if(t===``)return[];let n=[];for(let e of m())for(let r of e.emoji){let e=` ${r.en} ${r.words}`,i=r.en===t||r.zh===t?0:r.en.startsWith(t)||r.zh.startsWith(t)?1:e.includes(` ${t}`)||r.zh.includes(t)?2:r.words.includes(t)&&/\p{Script=Han}/u.test(t)?3:-1;i>=0&&n.push([i,r])}return n.sort((e,t)=>e[0]-t[0]).map(([,e])=>e)}var _=`parley.emoji`,v=8;function y(){try{let e=JSON.parse(localStorage.getItem(_)??`[]`);return Array.isArray(e)?e.filter(e=>typeof e==`string`).slice(0,v):[]}catch{return[]}}var b=()=>y().flatMap(e=>h(e)??[]);function x(e){try{localStorage.setItem(_,JSON.stringify([e,...y().filter(t=>t!==e)].slice(0,v)))}catch{}}var S=8,C=240;function w({chosen:u,onPick:d}){let[f,p]=r(``),[h,_]=r(-1),[v,y]=r(0),[w,T]=r(C),E=c(null),D=s(()=>f.trim()===``?h>=0?m()[h]?.emoji??[]:[...b(),...m().flatMap(e=>e.emoji)]:g(f),[f,h]);i(()=>{y(0),T(C),E.current?.scrollTo(0,0)},[f,h]);let O=D.slice(0,w),k=O[v],A=e=>{e&&(x(e.emoji),d(e.emoji))},j=e=>{if(a(e))return;let t={ArrowRight:1,ArrowLeft:-1,ArrowDown:S,ArrowUp:-8}[e.key];if(e.key===`Enter`&&(e.preventDefault(),A(k)),t===void 0||Math.abs(t)===1&&f!==``)return;e.preventDefault();let n=Math.max(0,Math.min(O.length-1,v+t));y(n),E.current?.querySelector(`#emo-${n}`)?.scrollIntoView({block:`nearest`})},M=e=>o.value===`zh`&&e.zh||e.en;return e(l,{children:[e(`label`,{class:`find`,children:[e(t,{name:`search`,small:!0}),e(`input`,{"data-first":!0,type:`search`,list:void 0,role:`combobox`,"aria-expanded":!0,"aria-controls":`emo-grid`,"aria-activedescendant":k?`emo-${v}`:void 0,"aria-label":n().findEmoji,placeholder:n().findEmoji,value:f,onInput:e=>p(e.currentTarget.value),onKeyDown:j})]}),e(`div`,{class:`tabs`,role:`tablist`,"aria-label":n().emojiGroups,children:m().map((r,i)=>e(`button`,{type:`button`,role:`tab`,"aria-selected":h===i&&f===``,"aria-label":n().emojiGroup[i],title:n().emojiGroup[i],onClick:()=>(p(``),_(h===i?-1:i)),children:e(t,{name:r.icon})},r.icon))}),e(`div`,{class:`scroll`,ref:E,onScroll:e=>{let t=e.currentTarget;t.scrollTop+2*t.clientHeight>t.scrollHeight&&w<D.length&&T(w+C)},children:O.length===0?e(`p`,{class:`dim`,children:n().noEmoji}):e(`div`,{class:`emos`,id:`emo-grid`,role:`listbox`,"aria-label":n().react,children:O.map((t,n)=>e(`button`,{id:`emo-${n}`,class:`emo`,type:`button`,role:`option`,tabIndex:-1,"aria-selected":n===v,"aria-label":M(t),title:M(t),"data-own":u.includes(t.emoji)||void 0,onClick:()=>A(t),onMouseMove:()=>y(n),children:t.emoji},`${n} ${t.emoji}`))})}),e(`p`,{class:`named`,"aria-hidden":`true`,children:k&&e(l,{children:[e(`span`,{class:`big`,children:k.emoji}),e(`span`,{class:`cut`,children:M(k)})]})})]})}export{w as t};