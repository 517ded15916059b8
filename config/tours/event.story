# A live event: from the post to the resolution
at: 2026-03-02 10:00 America/Los_Angeles

# Lena is of the client's crew. She posts an issue by the template, in the event's own channel.
lena in #event-berlin: Hi @here,
  We're having this issue: session 12 does not open, people see a grey page
  Affected page/session URL: https://live.example.com/s/12
  Affected users' emails: pat@example.com, lou@example.com
| 10:00 thread: *event-1* · Live event support
|   > session 12 does not open, people see a grey page
|   *Asked by:* Lena at 10:00 AM
|   *Owner:* nobody yet
|   *Turn:* ours, Lena has waited since 10:00 AM
|   *Next:* Tech Support is pinged at 10:05 AM
|   [Claim] [Resolve] [Status | Tags]
| 10:00 thread: @Ana Ruiz, Lena needs an answer: “session 12 does not open, people see a grey page”
|   If nobody claims it, Tech Support is pinged at 10:05 AM.
|   [Claim] [Why me?]

# Ana leads this event this week, so she was pinged. Nobody answers for five minutes.
wait 5m
| 10:05 thread: @Ines Duarte @Kofi Mensah, Lead CSM did not answer within 5 minutes, so it is your turn. Lena needs an answer: “session 12 does not open, people see a grey page”
|   Tech Support: Bo Lind is off shift until tomorrow at 1:00 AM. If nobody claims it, Tech Support is pinged again at 10:10 AM.
|   [Claim] [Why me?]
| 10:05 thread, edited: *Next:* Tech Support is pinged again at 10:10 AM

# Tech support was pinged. Ines wants to know why it came to her; only she sees the answer.
ines presses [Why me?]
| 10:05 only ines sees: *Why you were pinged for event-1*
|   You were pinged at 6:05 PM as *Tech Support*, with Kofi Mensah.
|   *Reason:* no answer from Lead CSM within 5 minutes.
|   *Rule:* the tier has 5 minutes to claim it, then the next is pinged.
|   *Passed over:*
|   • Tech Support: Bo Lind is off shift until tomorrow at 9:00 AM
|   As Firstline sees it, you are on shift until 10:00 PM.

# Ana is back at her desk and takes the case with a reaction on the post.
ana reacts :eyes:
| 10:05 thread, edited: *Owner:* Ana Ruiz, since 10:05 AM
|   *Next:* the supervisor is pinged at 10:15 AM
|   [Ask for help] [Hand over] [Hold] [Resolve] [Release | Status | Tags]
ana in thread: Hello Lena, I have it. Does it happen in another browser as well?
| 10:05 thread, edited: *Turn:* theirs, we have waited for Lena since 10:05 AM
|   *Next:* the supervisor is pinged at 11:05 AM

# Ines means well, and is told privately that Ana has the lead.
ines in thread: Have you tried to clear the cache?
| 10:05 only ines sees: Ana Ruiz has had event-1 since 6:05 PM and keeps the lead. If you saw something that Ana Ruiz may have missed, say so privately, or offer to take over. Only you can see this.
|   [Tell Ana Ruiz] [Offer to take over] [Leave it]

# Lena answers: it is our turn again.
lena in thread: Yes, in all of them.
| 10:05 thread, edited: *Turn:* ours, Lena has waited since 10:05 AM
|   *Next:* the supervisor is pinged at 10:15 AM

# Ana cannot solve it alone and asks for help. Those she asks may speak; she keeps the lead.
ana in thread: @firstline help @ines
| 10:05 thread: @Ines Duarte, Ana Ruiz has this and asks for your help: “session 12 does not open, people see a grey page”
|   [Why me?]
| 10:05 thread, edited: *Owner:* Ana Ruiz, since 10:05 AM, with the help of Ines Duarte
| 10:05 only ana sees: Ines Duarte is asked to help with event-1. You keep the lead.
ines in thread: The session was not published. Done, please reload.
| 10:05 thread, edited: *Turn:* theirs, we have waited for Lena since 10:05 AM
|   *Next:* the supervisor is pinged at 11:05 AM
lena in thread: It works now, thank you!
| 10:05 thread, edited: *Turn:* ours, Lena has waited since 10:05 AM
|   *Next:* the supervisor is pinged at 10:15 AM

# The desk wants two tags at the end. The reaction brings a private button to the form.
ana reacts :white_check_mark:
| 10:05 only ana sees: event-1 is not resolved yet. It still needs a tag for area (chat, platform, greenroom) and a tag for resolution (answered, fixed, user error).
|   [Add and resolve]
ana presses [Add and resolve]
| 10:05 form for ana: # Resolve
|   Area:
|   Resolution:
|   What solved it:
|   [Resolve] [Cancel]
ana fills in: Area = platform; Resolution = fixed
| 10:05 thread: Ana Ruiz resolved this.
|   If it is not solved, reopen it, and somebody is asked again.
|   [Reopen]
| 10:05 thread, edited: *Resolved:* by Ana Ruiz at 10:05 AM
|   *Asked by:* Lena
|   *Tags:* fixed, platform
|   [Reopen] [Status | Tags]
