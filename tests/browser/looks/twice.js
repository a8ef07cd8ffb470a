// Ids that stand on more than one element.
() => {
  const seen = {};
  for (const element of document.querySelectorAll("[id]")) seen[element.id] = (seen[element.id] ?? 0) + 1;
  return Object.keys(seen).filter((id) => seen[id] > 1);
};
