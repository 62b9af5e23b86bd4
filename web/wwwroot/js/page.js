// What htmx cannot show by itself: a request that failed says so where messages stand.
function say(text) {
  const notice = document.getElementById("failure").content.cloneNode(true)
  notice.querySelector("p").textContent = text
  document.getElementById("flash").replaceChildren(notice)
}

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr
  if (status === 401) location.reload()
  else say(status === 429 ? "Too many requests. Wait a moment, then try again." : `The server could not do that (${status}). Reload the page and try again.`)
})

document.addEventListener("htmx:sendError", () => say("The server cannot be reached. Check your connection, then try again."))

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]")
  if (!button) return
  await navigator.clipboard.writeText(button.dataset.copy)
  const words = button.lastElementChild
  const before = words.textContent
  words.textContent = "Copied"
  setTimeout(() => (words.textContent = before), 1500)
})
