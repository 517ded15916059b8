// The emoji that people and bots use here, by their names.

const NAMES = `
+1 👍|thumbsup 👍|-1 👎|eyes 👀|white_check_mark ✅|heavy_check_mark ✔️|x ❌|raising_hand 🙋|raised_hand ✋|hand ✋|wave 👋|pray 🙏|clap 👏|muscle 💪|ok_hand 👌|point_up ☝️|point_right 👉|
tada 🎉|rocket 🚀|fire 🔥|star ⭐|sparkles ✨|heart ❤️|blue_heart 💙|green_heart 💚|100 💯|zap ⚡|boom 💥|bulb 💡|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speech_balloon 💬|
warning ⚠️|rotating_light 🚨|sos 🆘|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|construction 🚧|question ❓|exclamation ❗|grey_question ❔|information_source ℹ️|
red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|white_circle ⚪|black_circle ⚫|large_green_square 🟩|large_red_square 🟥|small_blue_diamond 🔹|
hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️|alarm_clock ⏰|clock1 🕐|clock3 🕒|clock9 🕘|timer_clock ⏲️|calendar 📅|date 📅|spiral_calendar_pad 🗓️|spiral_calendar 🗓️|
palm_tree 🌴|bus 🚌|car 🚗|airplane ✈️|house 🏠|house_with_garden 🏡|office 🏢|hospital 🏥|face_with_thermometer 🤒|pill 💊|coffee ☕|pizza 🍕|sandwich 🥪|fork_and_knife 🍴|knife_fork_plate 🍽️|zzz 💤|
phone ☎️|telephone_receiver 📞|iphone 📱|computer 💻|desktop_computer 🖥️|microphone 🎤|headphones 🎧|movie_camera 🎥|camera 📷|tv 📺|satellite_antenna 📡|electric_plug 🔌|
email ✉️|envelope ✉️|incoming_envelope 📨|inbox_tray 📥|outbox_tray 📤|package 📦|memo 📝|pencil2 ✏️|clipboard 📋|pushpin 📌|round_pushpin 📍|paperclip 📎|link 🔗|mag 🔍|lock 🔒|unlock 🔓|key 🔑|wrench 🔧|hammer_and_wrench 🛠️|gear ⚙️|file_folder 📁|bookmark 🔖|label 🏷️|ticket 🎫|chart_with_upwards_trend 📈|bar_chart 📊|books 📚|book 📖|
smile 😄|smiley 😃|grinning 😀|slightly_smiling_face 🙂|wink 😉|blush 😊|joy 😂|sweat_smile 😅|thinking_face 🤔|confused 😕|cry 😢|sob 😭|scream 😱|tired_face 😫|sunglasses 😎|neutral_face 😐|face_with_rolling_eyes 🙄|saluting_face 🫡|hugging_face 🤗|
runner 🏃|walking 🚶|busts_in_silhouette 👥|bust_in_silhouette 👤|technologist 🧑‍💻|handshake 🤝|writing_hand ✍️|arrow_right ➡️|arrow_up ⬆️|arrow_down ⬇️|arrows_counterclockwise 🔄|repeat 🔁|fast_forward ⏩|double_vertical_bar ⏸️|arrow_forward ▶️|heavy_plus_sign ➕|heavy_minus_sign ➖|sunny ☀️|sunrise 🌅|crescent_moon 🌙|first_quarter_moon 🌓|umbrella ☂️|seedling 🌱|evergreen_tree 🌲|shield 🛡️|medal 🏅|trophy 🏆|checkered_flag 🏁|triangular_flag_on_post 🚩|
white_flag 🏳️|ballot_box_with_check ☑️|new 🆕|ok 🆗|free 🆓|up 🆙|cool 🆒|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣`;

export const EMOJI = new Map(
  NAMES.replaceAll('\n', '').split('|').map((pair) => {
    const at = pair.indexOf(' ');
    return [pair.slice(0, at), pair.slice(at + 1)];
  }),
);

// The character, or the name between its colons where this page has none.
export const emojiOf = (name) => EMOJI.get(name.replaceAll(':', '')) ?? `:${name.replaceAll(':', '')}:`;
