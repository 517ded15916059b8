# A help desk: a client waits on the line
at: 2026-03-02 10:00 America/Los_Angeles

# Sam is a support specialist. Every post in this channel is a case; what follows at once joins it.
sam in #help-desk: Hi, I have a client on the line
| 10:00 thread: *helpdesk-1* · Help desk
|   > I have a client on the line
|   *Asked by:* Sam at 10:00 AM
|   *Owner:* nobody yet
|   *Turn:* ours, Sam has waited since 10:00 AM
|   *Next:* Developers are pinged at 10:05 AM
|   *Missing:* Client and I tried it in the practice account
|   [Claim] [Resolve] [Status]
| 10:00 thread: Sam, so that you get an answer quickly, please add:
|   • Client
|   • I tried it in the practice account
|   Somebody is asked meanwhile. Edit your post, reply here, or use the button.
|   [Add what is missing]
| 10:00 thread: @Mei Tan @Tomas Novak, Sam needs an answer: “I have a client on the line”
|   If nobody claims it, Developers are pinged at 10:05 AM.
|   [Claim] [Why me?]
wait 20s
sam in #help-desk: she cannot export her participants, the button is grey
| 10:00:20 thread "Hi, I have a client on t", edited: > I have a client on the line she cannot export her participants, the button is grey
| 10:00:20 only sam sees: Your post was added to helpdesk-1. The answer comes in its thread; if you want to add more, write there.

# The answers come in the thread of the first post.
turn to "Hi, I have"

# What the desk needs to know was asked for once, in the thread. A reply there fills it.
sam in thread: Client: Northwind
| 10:00:20 thread, edited, without: • Client
| 10:00:20 thread, edited: *Missing:* I tried it in the practice account
sam in thread: I tried it in the practice account: yes
| 10:00:20 thread, edited, without: *Missing:* I tried it in the practice account
| 10:00:20 deleted: Sam, so that you get an answer quickly, please add:

# Mei replies first, so the case is hers.
mei in thread: Is the event archived? Then the export is under Reports.
| 10:00:20 thread, edited: *Owner:* Mei Tan, since 10:00 AM
|   *Turn:* theirs, we have waited for Sam since 10:00 AM
|   *Next:* Developers are pinged at 11:00 AM
|   [Ask for help] [Hand over] [Hold] [Resolve] [Release | Status]

# Tomas would like to add something. He gets a private note, and tells Mei privately.
tomas in thread: There is also a permission for it.
| 10:00:20 only tomas sees: Mei Tan has had helpdesk-1 since 1:00 PM and keeps the lead. If you saw something that Mei Tan may have missed, say so privately, or offer to take over. Only you can see this.
|   [Tell Mei Tan] [Offer to take over] [Leave it]
tomas presses [Tell Mei Tan]
| 10:00:20 DM to mei: Tomas Novak would like you to look at the thread of helpdesk-1 again: something there may have been missed. You keep the lead.
| 10:00:20 only tomas sees: Mei Tan was told privately that you would like them to look.

# Mei has to wait for the client, and says so. Meanwhile no clock runs.
mei in thread: @firstline hold 30m waiting for the client
| 10:00:20 thread, edited: *On hold:* waiting for the requester until 10:30 AM
|   *Next:* the hold ends at 10:30 AM
|   [Ask for help] [Hand over] [End hold] [Resolve] [Release | Status]
| 10:00:20 only mei sees: helpdesk-1 is on hold, waiting for the requester until 10:30 AM. It comes back to you by itself then.
|   [End hold]
wait 10m
sam in thread: She found it under Reports. Thank you!
| 10:10:20 thread, edited: *Turn:* ours, Sam has waited since 10:10 AM
|   *Next:* Developers are pinged at 10:30 AM
|   [Ask for help] [Hand over] [Hold] [Resolve] [Release | Status]

# Solved: one reaction is enough on this desk.
mei reacts :white_check_mark:
| 10:10:20 thread: Mei Tan resolved this.
|   Please tell your client what helped, in your own words.
|   If it is not solved, reopen it, and somebody is asked again.
|   [Reopen]
| 10:10:20 thread, edited: *Resolved:* by Mei Tan at 10:10 AM
|   *Asked by:* Sam
|   [Reopen] [Status]

# And who is on coverage now?
sam in #help-desk: @firstline who is on coverage?
| 10:10:20 only sam sees: *Help desk* (open until today at 5:30 PM)
|   *Managers*
|   • *Mei Tan* is on shift until 12:30 PM
|   • *Tomas Novak* is on shift until 1:30 PM
|   *Developers*
|   • *Ines Duarte* is on shift until 2:00 PM
|   *Supervisor:* Grace Oduya
|   *Next hand-off:* today at 12:30 PM: Mei Tan off
|   *Gaps in the coming week:* none
