# A live event: from the post to the resolution
at: 2026-03-02 10:00 America/Los_Angeles

# Lena is of the client's crew. She posts an issue by the template, in the event's own channel.
lena in #event-berlin: Hi @here,
  We're having this issue: session 12 does not open, people see a grey page
  Affected page/session URL: https://live.example.com/s/12
  Affected users' emails: pat@example.com, lou@example.com

# Ana leads this event this week, so she was pinged. Nobody answers for five minutes.
wait 5m

# Tech support was pinged. Ines wants to know why it came to her; only she sees the answer.
ines presses [Why me?]

# Ana is back at her desk and takes the case with a reaction on the post.
ana reacts :eyes:
ana in thread: Hello Lena, I have it. Does it happen in another browser as well?

# Ines means well, and is told privately that Ana has the lead.
ines in thread: Have you tried to clear the cache?

# Lena answers: it is our turn again.
lena in thread: Yes, in all of them.

# Ana cannot solve it alone and asks for help. Those she asks may speak; she keeps the lead.
ana in thread: @firstline help @ines
ines in thread: The session was not published. Done, please reload.
lena in thread: It works now, thank you!

# The desk wants two tags at the end. The reaction brings a private button to the form.
ana reacts :white_check_mark:
ana presses [Add and resolve]
ana fills in: Area = platform; Resolution = fixed
